/** Close codes that a client says or knows by name; of the others their range says what to do. */
export const closeCodes = { goingAway: 4000, bye: 4001, tokenExpired: 4301, takenOver: 4404 };
/** Error codes that a client tells apart; of the others their retry class says what to do. */
export const errorCodes = { internal: 100, forbidden: 103, timeout: 114 };
/** Codes of `unsubscribed` that a client tells apart: 2000–2499 is over, 2500–2999 is asked for again. */
export const unsubscribeCodes = { rightMissing: 2001 };
/** What a client does about an error: by its code, as the contract has it; a code that this version does not know is a fault of the server. */
export function retryOf(code) {
    switch (code) {
        case 101:
        case 103:
        case 104:
        case 105:
        case 108:
        case 109:
        case 110:
        case 111: return "never";
        case 102:
        case 112: return "token";
        case 107: return "resync";
        case 114: return "same";
        default: return "backoff";
    }
}
