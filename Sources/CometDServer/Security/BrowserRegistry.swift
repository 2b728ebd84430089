import Bayeux
import Synchronization

/// Which browsers have sessions over HTTP, and how many connects of each are held.
///
/// A browser opens few connections to one host; two sessions in two of its tabs that both hold a connect would leave
/// none for anything else. Shared by all shards behind one lock: only HTTP handshakes and the ends of sessions come here.
/// An entry lives as long as one of its sessions does.
///
/// - SeeAlso: CometD 3.1 reference book, "Multiple sessions"; REQUIREMENTS M1, X8.
final class BrowserRegistry: Sendable {
    private struct Entry {
        let browser: Browser
        var sessions = 1
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Counts a new session to a browser.
    ///
    /// - Parameter cookie: What the browser sent; a value that was never issued here is not taken over.
    /// - Returns: The browser that the session belongs to, and whether the client must be told of it.
    func addSession(cookie: String?) -> (browser: Browser, isNew: Bool) {
        self.entries.withLock { entries in
            if let cookie, SessionID.isWellFormedBrowserID(cookie), let known = entries[cookie] {
                entries[cookie]?.sessions += 1
                return (known.browser, false)
            }
            let browser = Browser(id: SessionID.makeBrowserID())
            entries[browser.id] = Entry(browser: browser)
            return (browser, true)
        }
    }

    /// A session of a browser has ended.
    func removeSession(of browser: Browser) {
        self.entries.withLock { entries in
            entries[browser.id]?.sessions -= 1
            if let entry = entries[browser.id], entry.sessions <= 0 { entries[browser.id] = nil }
        }
    }
}

/// One browser, as its cookie tells it from others.
final class Browser: Sendable {
    /// The cookie's value.
    let id: String
    private let heldConnects = Atomic<Int>(0)

    fileprivate init(id: String) {
        self.id = id
    }

    /// Takes one of the connects that the browser may have held; ``releaseConnect()`` gives it back.
    ///
    /// - Parameter limit: How many are held at a time; `nil` for any number.
    /// - Returns: Whether there was one left.
    func takeConnect(limit: Int?) -> Bool {
        var held = self.heldConnects.load(ordering: .relaxed)
        while held < limit ?? .max {
            let outcome = self.heldConnects.compareExchange(expected: held, desired: held + 1, ordering: .relaxed)
            if outcome.exchanged { return true }
            held = outcome.original
        }
        return false
    }

    /// A held connect has been answered or has broken off.
    func releaseConnect() {
        self.heldConnects.subtract(1, ordering: .relaxed)
    }
}
