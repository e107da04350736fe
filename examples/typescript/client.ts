// A thin client: fetch, typed by what `openapi-typescript openapi/openapi.json --output api.d.ts` makes of the document.
//
//   const client = new Client("https://kap.example.com", key);
//   const account = await client.call("put", "/v1/accounts/by-external-id/{source}/{external_id}", {
//     path: { source: "salesforce", external_id: "0015g00000XyZ1a" },
//     body: { name: "Acme" },
//   });
//
// What is not answered well is thrown as `Refused`, with the problem document that says why.

import type { components, paths } from "./api.js";

export type Schemas = components["schemas"];
type Method = "get" | "put" | "post" | "patch" | "delete";
/** The operation at a path by a method; never where there is none. */
type Operation<P extends keyof paths, M extends Method> = Exclude<paths[P][M], undefined>;
/** The methods that a path takes. */
export type MethodOf<P extends keyof paths> = {
  [M in Method]: [Operation<P, M>] extends [never] ? never : M;
}[Method];

type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : undefined;
/** What a good answer holds. */
export type Answered<O> = O extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 202 | 204)]> : never;

type Taken<T, Name extends string> = [T] extends [never] | [undefined]
  ? { [N in Name]?: never }
  : undefined extends T
    ? { [N in Name]?: Exclude<T, undefined> }
    : { [N in Name]: T };
type Parameters<O, Where extends string, Name extends string> = O extends {
  parameters: { [W in Where]: infer T };
}
  ? Taken<T, Name>
  : O extends { parameters: { [W in Where]?: infer T } }
    ? Taken<T | undefined, Name>
    : { [N in Name]?: never };
type BodyOf<O> = O extends { requestBody: infer B }
  ? { body: Json<B> }
  : O extends { requestBody?: infer B }
    ? [Exclude<B, undefined>] extends [never]
      ? { body?: never }
      : { body?: Json<B> }
    : { body?: never };
/** What an operation takes: the ids in its path, its query, its headers and its body. */
export type Asked<O> = Parameters<O, "path", "path"> &
  Parameters<O, "query", "query"> &
  Parameters<O, "header", "headers"> &
  BodyOf<O>;

interface Loosely {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  body?: unknown;
}

/** The service said no; `problem.code` is for programs, `problem.errors` points at fields. */
export class Refused extends Error {
  readonly status: number;
  readonly problem: Schemas["Problem"];

  constructor(status: number, problem: Schemas["Problem"]) {
    super(`${problem.title}: ${problem.detail}`);
    this.status = status;
    this.problem = problem;
  }
}

export class Client {
  readonly #address: string;
  readonly #key: string;

  constructor(address: string, key: string) {
    this.#address = address.replace(/\/+$/, "");
    this.#key = key;
  }

  /** Call one operation of the service. */
  async call<P extends keyof paths & string, M extends MethodOf<P>>(
    method: M,
    path: P,
    asked: Asked<Operation<P, M>>,
  ): Promise<Answered<Operation<P, M>>> {
    const { body, headers, ...where }: Loosely = asked;
    const response = await fetch(this.#address + filled(path, where), {
      method: method.toUpperCase(),
      headers: {
        Authorization: `Bearer ${this.#key}`,
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...texts(headers ?? {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    if (!response.ok) {
      throw new Refused(response.status, answer as Schemas["Problem"]);
    }
    return answer as Answered<Operation<P, M>>;
  }
}

function filled(path: string, where: Loosely): string {
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(where.path?.[name])));
  const query = new URLSearchParams(texts(where.query ?? {})).toString();
  return query === "" ? place : `${place}?${query}`;
}

function texts(values: Record<string, unknown>): Record<string, string> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
