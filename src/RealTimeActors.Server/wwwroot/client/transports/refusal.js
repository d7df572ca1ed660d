/** A server, or something before it, answered a request otherwise than was hoped for. */
export class Refusal extends Error {
    code;
    /** @param code A close code of the contract; undefined: nobody said one. */
    constructor(code, message) {
        super(message);
        this.code = code;
    }
}
const DETAIL_CHARS_MAX = 300;
/**
 * What a refused request means for the connection. Problems of the contract (RFC 9457 with its codes) are told from the answers of proxies, which know nothing
 * of it.
 * @param isGreeting Whether it was the hello: then a token that does not hold is what it says; later the server just does not know the connection any more.
 */
export async function refusalOf(response, isGreeting) {
    let problem = {};
    try {
        const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") === true;
        if (isProblem)
            problem = await response.json();
        else
            await response.body?.cancel();
    }
    catch { /* What it says cannot be read; its status can. */ }
    const { code, closeCode, detail } = problem ?? {};
    const said = typeof detail === "string" ? `: ${detail.slice(0, DETAIL_CHARS_MAX)}` : "";
    return new Refusal(typeof closeCode === "number" ? closeCode : closeCodeOf(response.status, typeof code === "number" ? code : 0, isGreeting), `The server answered ${response.status}${said}`);
}
function closeCodeOf(status, code, isGreeting) {
    if (code === 0)
        return undefined;
    if (status === 401 && isGreeting)
        return code === EXPIRED ? 4_301 : 4_300;
    // The session is there, and goes on by a hello; or it is not, and a new one is begun by the same.
    if (status === 401 || status === 410)
        return 4_000;
    return status === 429 || status === 503 ? 4_101 : undefined;
}
const EXPIRED = 112;
