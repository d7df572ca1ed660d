/** A name for what one client publishes or mutates. Nobody else ever has the same. */
export function newProducerId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return `p-${Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")}`;
}
