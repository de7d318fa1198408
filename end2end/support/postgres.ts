// A database of its own on the PostgreSQL that `cargo xtask test` started.

import { randomBytes } from "node:crypto";
import { Client } from "pg";

export interface Database {
  url: string;
  drop(): Promise<void>;
}

export async function freshDatabase(): Promise<Database> {
  const maintenance = process.env.LINLI_TEST_POSTGRES;
  if (!maintenance) throw new Error("LINLI_TEST_POSTGRES names no PostgreSQL: run `cargo xtask test e2e`, which starts one");
  const name = `linli_e2e_${randomBytes(6).toString("hex")}`;
  const ask = async (sql: string) => {
    const client = new Client({ connectionString: maintenance });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await ask(`create database ${name}`);
  const url = new URL(maintenance);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => ask(`drop database if exists ${name} with (force)`) };
}
