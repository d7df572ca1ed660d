import { checkFrame } from "./codec.js";
import { FrameFault } from "./faults.js";
/** Does what reads or writes something of the contract. @throws {TypeError} The contract does not allow it, which is a mistake of the caller. */
export function asCaller(act) {
    try {
        return act();
    }
    catch (fault) {
        throw fault instanceof FrameFault ? new TypeError(fault.message, { cause: fault }) : fault;
    }
}
/** @throws {TypeError} The frame is not what the contract allows. */
export function check(frame) { asCaller(() => checkFrame(frame)); }
