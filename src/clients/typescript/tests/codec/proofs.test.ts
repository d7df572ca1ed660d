import { describe, expect, test } from "vitest";
import { verifyProof } from "../../src/proof.js";
import { vectors, type ProofVector } from "./vectors.js";

describe.each(vectors<ProofVector>("proofs.json"))("A proof: $name", ({ proof, key, fault, checkpoint }) => {
  test(fault === null ? "holds" : "does not hold, and says why", async () => {
    for (const shown of [proof, JSON.parse(proof) as unknown]) {
      const verdict = await verifyProof(shown, key ?? undefined);
      if (fault === null) {
        expect(verdict.fault).toBeUndefined();
        expect(verdict.checkpoint?.number ?? null).toBe(checkpoint);
      }
      else {
        expect(verdict.fault).toContain(fault);
        expect([verdict.checkpoint, verdict.fields.size]).toEqual([undefined, 0]);
      }
    }
  });
});

test("The fields that a proof shows come with their values as they stand in the log", async () => {
  const { proof, key } = vectors<ProofVector>("proofs.json").find(vector => vector.name === "two of four fields, in checkpoint 3")!;
  expect([...(await verifyProof(proof, key!)).fields]).toEqual([["amount", "1.50"], ["b\\\"c", "null"]]);
});

test.each(["", "nonsense", "[]", "{}", null, 7, "{\"version\":1,\"fields\":[7]}"])("What is no proof is told what was expected: %j", async proof => {
  expect((await verifyProof(proof)).fault).toBeTruthy();
});

test("A key that is none is told so", async () => {
  const { proof } = vectors<ProofVector>("proofs.json").find(vector => vector.checkpoint !== null)!;
  for (const key of ["", "nonsense", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
    expect((await verifyProof(proof, key)).fault).toBeTruthy();
});
