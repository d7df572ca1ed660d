import { shown } from "../codec/faults.js";
import { isObject, isSame, mergePatch } from "./json-tree.js";
/**
 * What a mutation will make of a value if nothing speaks against it; undefined stands for no value. The rules of a channel are the server's: where one of them
 * decides otherwise, the confirmed value says so.
 */
export function foreseen(operation, present, value) {
    switch (operation) {
        case "merge": return mergePatch(present, value);
        case "set": return value;
        case "delete": return undefined;
        case "increment": return fieldwise(present, value, sum);
        case "add": return fieldwise(present, value, union);
        case "remove": return fieldwise(present, value, without);
    }
}
/** @throws {TypeError} What is given is nothing that the operation can be done with. */
export function checkGiven(operation, value) {
    if (operation === "merge" || operation === "set" || operation === "delete")
        return;
    const wanted = operation === "increment" ? "numbers" : "arrays of members";
    const isRight = (leaf) => isObject(leaf) ? Object.values(leaf).every(isRight) : operation === "increment" ? typeof leaf === "number" : Array.isArray(leaf);
    if (!isObject(value) || Object.keys(value).length === 0 || !isRight(value))
        throw new TypeError(`For ${operation} an object of fields with ${wanted} is expected; ${shown(value)} came.`);
}
/** Goes down where both are objects, and combines what it finds at the same place. */
function fieldwise(present, given, combine) {
    if (!isObject(given))
        return combine(present, given);
    const members = new Map(isObject(present) ? Object.entries(present) : []);
    for (const [name, value] of Object.entries(given)) {
        const combined = fieldwise(members.get(name), value, combine);
        if (combined !== undefined)
            members.set(name, combined);
    }
    return Object.fromEntries(members);
}
function sum(present, given) {
    if (typeof given !== "number")
        return present;
    if (typeof present !== "number")
        return given;
    const exact = present + given;
    // In tenths and hundredths people think in decimals: 0.1 and 0.2 are 0.3.
    return Number.isSafeInteger(exact) ? exact : Number(exact.toPrecision(15));
}
function union(present, given) {
    if (!Array.isArray(given))
        return present;
    const members = Array.isArray(present) ? [...present] : [];
    for (const item of given)
        if (!members.some(member => isSame(member, item)))
            members.push(item);
    return members;
}
function without(present, given) {
    if (!Array.isArray(given) || !Array.isArray(present))
        return present;
    return present.filter(member => !given.some(item => isSame(member, item)));
}
