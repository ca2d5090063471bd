import { ERRORS, type ErrorBody, type ErrorCode, type ErrorDetail } from "@nekzus/contract/errors";

/** An error that is meant for the caller: it becomes the answer's status and body. */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetail[] | undefined;
  /** Whole seconds for the header Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string = ERRORS[code].meaning, details?: ErrorDetail[], retryAfter?: number) {
    super(message);
    this.name = "Problem";
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** The one error shape of the contract (ruling R1). */
export function errorBody(code: ErrorCode, message: string, details?: ErrorDetail[]): ErrorBody {
  return { error: { code, message, ...(details?.length ? { details } : {}) } };
}
