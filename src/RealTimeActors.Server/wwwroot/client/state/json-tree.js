// JSON values as JavaScript has them, and never changed: what is made of two shares whatever is the same.
/** Whether it has members by name. */
export function isObject(value) { return typeof value === "object" && value !== null && !Array.isArray(value); }
/** What a merge patch (RFC 7396) makes of a value; undefined: there is none yet. */
export function mergePatch(target, patch) {
    if (!isObject(patch))
        return patch;
    // Not by assignment: a member may be called __proto__.
    const members = new Map(isObject(target) ? Object.entries(target) : []);
    for (const [name, value] of Object.entries(patch)) {
        if (value === null)
            members.delete(name);
        else
            members.set(name, mergePatch(members.get(name), value));
    }
    return Object.fromEntries(members);
}
/** The top-level fields that are wanted of a value; all where nothing is said. What is no object has no fields, and is left as it is. */
export function selected(value, fields) {
    return fields && isObject(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name))) : value;
}
/** Whether two values are the same JSON, whatever the order of their members. */
export function isSame(one, other) {
    if (one === other)
        return true;
    if (Array.isArray(one))
        return Array.isArray(other) && one.length === other.length && one.every((item, i) => isSame(item, other[i]));
    if (!isObject(one) || !isObject(other))
        return false;
    const names = Object.keys(one);
    return names.length === Object.keys(other).length && names.every(name => Object.hasOwn(other, name) && isSame(one[name], other[name]));
}
/** The same value, which nobody can change from now on: it is shown to an application and built upon. */
export function frozen(value) {
    if (typeof value !== "object" || value === null || Object.isFrozen(value))
        return value;
    Object.freeze(value);
    for (const member of Object.values(value))
        frozen(member);
    return value;
}
