// SPDX-License-Identifier: Apache-2.0
// duckdb.cjs PACKAGES: runs the statements that it reads, in DuckDB; prints one line of JSON per statement: types by column, and rows.
// Whole numbers of 64 bits are texts in it.
const {readFileSync} = require('node:fs');

const {DuckDBInstance} = require(process.argv[2] + '/@duckdb/node-api');

async function main() {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const statements = await connection.extractStatements(readFileSync(0, 'utf8'));
  for (let i = 0; i < statements.count; i++) {
    const answer = await (await statements.prepare(i)).runAndReadAll();
    const types = answer.columnTypes().map(String);
    const columns = Object.fromEntries(answer.columnNames().map((name, k) => [name, types[k]]));
    console.log(JSON.stringify({columns, rows: answer.getRowsJson()}));
  }
}

main();
