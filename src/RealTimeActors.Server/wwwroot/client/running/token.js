/**
 * For how many more milliseconds a JWT says that it holds, by the clock of this machine; undefined where it does not say. Nothing is verified: it is a hint
 * when to ask for the next one.
 */
export function lifetimeOf(token, nowUnixMs) {
    const [, payload, signature] = token.split(".");
    if (payload === undefined || signature === undefined)
        return undefined;
    try {
        const { exp } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
        return typeof exp === "number" && Number.isFinite(exp) ? exp * 1_000 - nowUnixMs : undefined;
    }
    catch {
        return undefined;
    }
}
