import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: string | Buffer | Readable;
}
export declare const CSP: string;
export declare function serve(
  folders: string[],
  pages: Record<string, string | ((request: IncomingMessage) => Answer | Promise<Answer>)>,
): Promise<{ url: string; close(): Promise<void> }>;
