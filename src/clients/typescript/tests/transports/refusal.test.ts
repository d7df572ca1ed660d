import { expect, test } from "vitest";
import { refusalOf } from "../../src/transports/refusal.js";

const problem = (status: number, body: object): Response => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/problem+json; charset=utf-8" } });

test.each([
  ["a token that does not hold wants another", problem(401, { code: 102 }), true, 4300],
  ["a token that has expired wants another", problem(401, { code: 112 }), true, 4301],
  ["a connection that is not known any more wants a hello", problem(401, { code: 102 }), false, 4000],
  ["a session without a connection wants a hello", problem(410, { code: 112 }), false, 4000],
  ["the server's own word counts", problem(410, { code: 112, closeCode: 4404 }), false, 4404],
  ["a server without room wants a pause", problem(503, { code: 113 }), true, 4101],
  ["an address that is not there is no server's word", problem(404, { code: 101 }), true, undefined],
  ["a proxy's page says nothing of the session", new Response("<h1>Not from here</h1>", { status: 403, headers: { "Content-Type": "text/html" } }), true, undefined],
  ["a proxy's 503 neither", new Response("", { status: 503 }), true, undefined],
  ["a problem that cannot be read neither", new Response("{", { status: 410, headers: { "Content-Type": "application/problem+json" } }), false, undefined],
])("%s", async (_, response, isGreeting, code) => {
  expect((await refusalOf(response, isGreeting)).code).toBe(code);
});

test("What it says is for people, and short", async () => {
  const { message } = await refusalOf(problem(503, { code: 113, detail: "No room just now. ".repeat(100) }), true);

  expect(message).toMatch(/^The server answered 503: No room just now\./);
  expect(message.length).toBeLessThan(350);
});
