import {
  Bell,
  CircleAlert,
  CircleCheck,
  CircleX,
  Clock,
  Download,
  House,
  Info,
  type LucideIcon,
  Mail,
  OctagonAlert,
  Package,
  RefreshCw,
  Rocket,
  Server,
  Shield,
  Smartphone,
  Trash2,
  TriangleAlert,
  Upload,
  X,
  Zap,
} from "lucide-react";
import type { Tone } from "../../design/badge.tsx";
import { classes } from "../../design/classes.ts";
import { type ActivityEntry, toneOf } from "./entry.ts";

/** Icons by the names that the gateway and webhooks use; older names of lucide among them. Others are a bell. */
const ICONS: Readonly<Record<string, LucideIcon>> = {
  AlertCircle: CircleAlert,
  AlertOctagon: OctagonAlert,
  AlertTriangle: TriangleAlert,
  CheckCircle: CircleCheck,
  CheckCircle2: CircleCheck,
  CircleAlert,
  CircleCheck,
  CircleX,
  Clock,
  Download,
  Home: House,
  House,
  Info,
  Mail,
  OctagonAlert,
  Package,
  RefreshCw,
  Rocket,
  Server,
  Shield,
  Smartphone,
  Trash2,
  TriangleAlert,
  Upload,
  X,
  XCircle: CircleX,
  Zap,
};

const LOOKS: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  neutral: "bg-sunken text-muted",
};

/** The icon of an entry in the colour of its class. The message beside it says the same in words. */
export function EntryIcon({ entry }: { entry: ActivityEntry }) {
  const Icon = (Object.hasOwn(ICONS, entry.icon) && ICONS[entry.icon]) || Bell;
  return (
    <span className={classes("grid size-9 shrink-0 place-items-center rounded-lg", LOOKS[toneOf(entry)])}>
      <Icon aria-hidden size={18} />
    </span>
  );
}
