import NIOCore
import Synchronization

/// A file that is part of the program.
final class WebFile: Sendable {
    /// Where it lies below `Web`, such as `dist/cometd/cometd.js`.
    let path: String
    /// Tells its content from all others.
    let tag: String
    /// What stands in it.
    let content: ByteBuffer

    /// What compressing it has come to.
    private enum Compressed {
        case notTried
        case isNotShorter
        case shorter(ByteBuffer)
    }

    private let compressed = Mutex(Compressed.notTried)

    /// Makes a file of literals, which the plugin has written.
    init(path: StaticString, tag: StaticString, content: StaticString) {
        self.path = "\(path)"
        self.tag = "\(tag)"
        self.content = ByteBuffer(staticString: content)
    }

    /// The content by gzip; `nil` where that is no gain.
    ///
    /// It is compressed when this is asked for the first time, which takes a millisecond for some 30 kB.
    var gzipped: ByteBuffer? {
        self.compressed.withLock { compressed in
            switch compressed {
            case .shorter(let content): return content
            case .isNotShorter: return nil
            case .notTried:
                guard let content = Gzip.compress(self.content) else {
                    compressed = .isNotShorter
                    return nil
                }
                compressed = .shorter(content)
                return content
            }
        }
    }

    /// What kind of content it has, by the end of its name.
    var contentType: String {
        switch self.path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "json", "map": "application/json"
        default: "text/plain; charset=utf-8"
        }
    }

    /// Whether it is a page, or something that a page loads.
    var isPage: Bool { self.path.hasSuffix(".html") }
}
