import type { IncomingMessage } from "node:http";

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}
export declare const CSP: string;
export declare function serve(
  folders: string[],
  pages: Record<string, string | ((request: IncomingMessage) => Answer | Promise<Answer>)>,
): Promise<{ url: string; close(): Promise<void> }>;
