import Bayeux
import Synchronization

/// Which browsers have sessions over HTTP, and how many connects of each are held.
///
/// A browser opens few connections to one host; two sessions in two of its tabs that both hold a connect would leave
/// none for anything else. Shared by all shards behind one lock: only HTTP handshakes and connects come here. An
/// entry lives as long as one of its sessions does.
///
/// - SeeAlso: CometD 3.1 reference book, "Multiple sessions"; REQUIREMENTS M1, X8.
final class BrowserRegistry: Sendable {
    private struct Browser {
        var sessions = 0
        var heldConnects = 0
    }

    private let browsers = Mutex<[String: Browser]>([:])

    /// Counts a new session to a browser.
    ///
    /// - Parameter cookie: What the browser sent; a value that was never issued here is not taken over.
    /// - Returns: The browser that the session belongs to, and whether the client must be told of it.
    func addSession(cookie: String?) -> (id: String, isNew: Bool) {
        self.browsers.withLock { browsers in
            if let cookie, SessionID.isWellFormedBrowserID(cookie), browsers[cookie] != nil {
                browsers[cookie]?.sessions += 1
                return (cookie, false)
            }
            let id = SessionID.makeBrowserID()
            browsers[id] = Browser(sessions: 1)
            return (id, true)
        }
    }

    /// A session of a browser has ended.
    func removeSession(of id: String) {
        self.browsers.withLock { browsers in
            browsers[id]?.sessions -= 1
            if let browser = browsers[id], browser.sessions <= 0 { browsers[id] = nil }
        }
    }

    /// Takes one of the connects that a browser may have held; ``releaseConnect(of:)`` gives it back.
    ///
    /// - Parameters:
    ///   - id: The browser.
    ///   - limit: How many connects of one browser are held at a time; `nil` for any number.
    /// - Returns: Whether there was one left.
    func takeConnect(of id: String, limit: Int?) -> Bool {
        self.browsers.withLock { browsers in
            guard let browser = browsers[id], limit.map({ browser.heldConnects < $0 }) ?? true else { return false }
            browsers[id]?.heldConnects += 1
            return true
        }
    }

    /// A held connect has been answered or has broken off.
    func releaseConnect(of id: String) {
        self.browsers.withLock { $0[id]?.heldConnects -= 1 }
    }
}
