/**
 * A `fetch` that keeps the cookies which a server sets, as a browser's does and Node's does not.
 *
 * A Bayeux server tells by a cookie which client a long-polling session belongs to; without it, requests after the
 * handshake are refused. The cookies of a host go to that host only, at the paths they were set for; those with
 * `Secure` over HTTPS only. They are kept in memory.
 *
 * @param {typeof fetch} [fetch] what makes the requests; the global one by default
 * @returns {typeof fetch}
 */
export function cookieFetch(fetch = globalThis.fetch) {
    /** host -> "name path" -> cookie. */
    const jar = new Map();
    return async (resource, options = {}) => {
        const url = new URL(resource?.url ?? resource);
        const headers = new Headers(options.headers ?? resource?.headers);
        const cookies = cookiesFor(url, jar.get(url.host));
        if (cookies && !headers.has("Cookie")) {
            headers.set("Cookie", cookies);
        }
        const response = await fetch(resource, { ...options, headers });
        for (const line of response.headers.getSetCookie()) {
            const cookie = parse(line, url);
            if (cookie) {
                const cookiesOfHost = jar.get(url.host) ?? new Map();
                jar.set(url.host, cookiesOfHost);
                const key = `${cookie.name} ${cookie.path}`;
                if (cookie.expires <= Date.now()) {
                    cookiesOfHost.delete(key);
                } else {
                    cookiesOfHost.set(key, cookie);
                }
            }
        }
        return response;
    };
}

function cookiesFor(url, cookiesOfHost) {
    return [...(cookiesOfHost?.values() ?? [])]
        .filter((cookie) => cookie.expires > Date.now() && (!cookie.secure || url.protocol === "https:"))
        .filter(({ path }) => url.pathname === path || url.pathname.startsWith(path.endsWith("/") ? path : `${path}/`))
        .map(({ name, value }) => `${name}=${value}`)
        .join("; ");
}

/** One `Set-Cookie`; null when it is none, or is for another domain. See RFC 6265, section 5.2. */
function parse(line, url) {
    const [pair, ...attributes] = line.split(";").map((part) => part.trim());
    const separator = pair.indexOf("=");
    if (separator < 1) {
        return null;
    }
    const cookie = {
        name: pair.slice(0, separator).trim(),
        value: pair.slice(separator + 1).trim(),
        path: url.pathname.replace(/\/[^/]*$/, "") || "/",
        secure: false,
        expires: Infinity,
    };
    let maxAge;
    for (const attribute of attributes) {
        const [, name, value = ""] = /^([^=]*)=?(.*)$/s.exec(attribute);
        switch (name.trim().toLowerCase()) {
            case "path":
                cookie.path = value.startsWith("/") ? value : cookie.path;
                break;
            case "secure":
                cookie.secure = true;
                break;
            case "max-age":
                maxAge = /^-?\d+$/.test(value) ? Number(value) : maxAge;
                break;
            case "expires":
                cookie.expires = Number.isNaN(Date.parse(value)) ? Infinity : Date.parse(value);
                break;
            case "domain": {
                const domain = value.replace(/^\./, "").toLowerCase();
                if (domain && url.hostname !== domain && !url.hostname.endsWith(`.${domain}`)) {
                    return null;
                }
                break;
            }
            default: // HttpOnly, SameSite and others do not matter without pages.
        }
    }
    if (maxAge !== undefined) {
        cookie.expires = maxAge > 0 ? Date.now() + maxAge * 1000 : 0;
    }
    return cookie;
}
