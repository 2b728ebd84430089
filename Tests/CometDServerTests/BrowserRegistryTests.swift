import Testing

@testable import CometDServer

/// How many connects of one browser are held.
@Suite struct BrowserRegistryTests {
    @Test func `a browser has its limit of held connects, whichever session holds them`() {
        let browser = BrowserRegistry().addSession(cookie: nil).browser
        #expect(browser.takeConnect(limit: 2))
        #expect(browser.takeConnect(limit: 2))
        #expect(!browser.takeConnect(limit: 2))
        #expect(browser.takeConnect(limit: nil))
        browser.releaseConnect()
        browser.releaseConnect()
        #expect(browser.takeConnect(limit: 2))
        #expect(!browser.takeConnect(limit: 0))
    }

    @Test func `a limit holds among many event loops`() async {
        let browser = BrowserRegistry().addSession(cookie: nil).browser
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<1000).count { _ in browser.takeConnect(limit: 100) } }
            }
            return await group.reduce(0, +)
        }
        #expect(taken == 100)
    }

    @Test func `a browser is known as long as one of its sessions lives`() {
        let registry = BrowserRegistry()
        let (browser, isNew) = registry.addSession(cookie: "unknown")
        #expect(isNew)
        let second = registry.addSession(cookie: browser.id)
        #expect(second.browser === browser && !second.isNew)
        registry.removeSession(of: browser)
        #expect(registry.addSession(cookie: browser.id).browser === browser)
        registry.removeSession(of: browser)
        registry.removeSession(of: browser)
        #expect(registry.addSession(cookie: browser.id).isNew)
    }
}
