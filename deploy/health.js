// The container's health check: is the gateway's own /livez answering? The certificate is not checked, because the
// request never leaves the container and the gateway's authority is not known here. NEKZUS_HEALTH_URL names another
// address when `server.addr` was changed.
import { request as plain } from "node:http";
import { request as secure } from "node:https";

const given = process.env.NEKZUS_HEALTH_URL;
const addresses = given ? [given] : ["https://127.0.0.1:8443/livez", "http://127.0.0.1:8443/livez"];

/** True when the address answers 200 within four seconds. */
function answers(address) {
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, timeout: 4000 };
    const request = (address.startsWith("https:") ? secure : plain)(address, options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
    request.end();
  });
}

for (const address of addresses) if (await answers(address)) process.exit(0);
console.error(`no answer from ${addresses.join(" or ")}`);
process.exit(1);
