/** Requests to the server, typed by its own table of routes; every error is a sentence. */

import type { Problem, Routes } from "./api";
import { t } from "./texts";

export type Route = keyof Routes;
type Json<R extends Route> = Routes[R]["gives"];

export interface Given<R extends Route> {
  path?: Readonly<Record<Routes[R]["path"], string | number>>;
  query?: Routes[R]["query"];
  body?: Routes[R]["takes"];
  signal?: AbortSignal;
}

/** The server's own sentence on why something could not be done. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Nobody answers: the studio was ended, or the connection is gone. */
export class AwayError extends Error {}

/** The address of a route, for pictures and downloads. */
export function address<R extends Route>(route: R, { path, query }: Given<R> = {}): string {
  const varying = (path ?? {}) as Readonly<Record<string, string | number>>;
  const filled = route.slice(route.indexOf(" ") + 1).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(varying[name]!));
  const asked = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return asked.length ? `${filled}?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}` : filled;
}

/** Asks, and gives the answer's message. */
export async function call<R extends Route>(route: R, given: Given<R> = {}): Promise<Json<R>> {
  const response = await ask(route, given);
  return (response.status === 204 ? null : await response.json()) as Json<R>;
}

async function ask<R extends Route>(route: R, given: Given<R>): Promise<Response> {
  const { body, signal } = given;
  const isBlob = body instanceof Blob;
  const request: RequestInit = { method: route.slice(0, route.indexOf(" ")), credentials: "same-origin" };
  if (body != null) request.body = isBlob ? body : JSON.stringify(body);
  if (body != null) request.headers = { "content-type": isBlob ? "application/octet-stream" : "application/json" };
  if (signal) request.signal = signal;
  const response = await fetch(address(route, given), request).catch((error: Error) => {
    throw error.name === "AbortError" ? error : new AwayError(t.connection.lost);
  });
  if (!response.ok) throw await reason(response);
  return response;
}

async function reason(response: Response): Promise<ServerError> {
  const text = await response.text().catch(() => "");
  try {
    return new ServerError(response.status, (JSON.parse(text) as Problem).message);
  } catch {
    return new ServerError(response.status, text || response.statusText || String(response.status));
  }
}
