// Brings an account in as a CRM knows it, scores it, reads its health, and meets a refusal; prints what came of it.
//   node score_account.js https://kap.example.com kap_live_…

import { Client, Refused } from "./client.js";

declare const process: { argv: string[] };

const [, , address, key] = process.argv;
if (address === undefined || key === undefined) {
  throw new Error("say the address of the service, and a key");
}
const client = new Client(address, key);
const here = { source: "salesforce", external_id: "0015g00000XyZ1a" };

const account = await client.call("put", "/v1/accounts/by-external-id/{source}/{external_id}", {
  path: here,
  body: { name: "Acme", industry: null, customer_since: "2020-01-02" },
});
const scored = await client.call("post", "/v1/accounts/by-external-id/{source}/{external_id}/scores", {
  path: here,
  headers: { "Idempotency-Key": "once" },
  body: {},
});
const health = await client.call("get", "/v1/accounts/by-external-id/{source}/{external_id}/health", { path: here });
const listed = await client.call("get", "/v1/accounts", { query: { limit: 1 } });

const name: string = account.name; // it never is null
const industry: string | null = account.industry; // it may be, and says so

async function refused(): Promise<[number, string]> {
  try {
    await client.call("get", "/v1/accounts/by-external-id/{source}/{external_id}", {
      path: { ...here, external_id: "nobody" },
    });
  } catch (error) {
    if (error instanceof Refused) {
      return [error.status, error.problem.code];
    }
    throw error;
  }
  throw new Error("nobody is there, so somebody should have said so");
}

console.log(
  JSON.stringify({
    name,
    industry,
    since: account.customer_since,
    score: scored.composite.score,
    percentile: scored.percentile,
    health_of: health.account_id,
    account: account.id,
    listed: listed.data.length,
    refused: await refused(),
  }),
);
