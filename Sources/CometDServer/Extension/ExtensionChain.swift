import Bayeux
import Logging

/// Extensions in the order in which a message passes them, parted by what they want to see.
struct ExtensionChain: Sendable {
    /// For messages on other than meta channels.
    private let plain: [any BayeuxExtension]
    private let meta: [any BayeuxExtension]
    private let plainWithExt: [any BayeuxExtension]
    private let metaWithExt: [any BayeuxExtension]

    /// The chain for messages from clients.
    init(incoming extensions: [any BayeuxExtension] = []) {
        self.init(extensions, meta: .incomingMeta, plain: .incoming)
    }

    /// The chain for messages to clients: in the reverse order of the registration.
    init(outgoing extensions: [any BayeuxExtension]) {
        self.init(extensions.reversed(), meta: .outgoingMeta, plain: .outgoing)
    }

    private init(_ extensions: [any BayeuxExtension], meta: ExtensionScope, plain: ExtensionScope) {
        self.metaWithExt = extensions.filter { $0.scope.isSuperset(of: meta) }
        self.plainWithExt = extensions.filter { $0.scope.isSuperset(of: plain) }
        self.meta = self.metaWithExt.filter { !$0.scope.contains(.onlyWithExt) }
        self.plain = self.plainWithExt.filter { !$0.scope.contains(.onlyWithExt) }
    }

    /// Whether no message at all would be passed.
    var isEmpty: Bool { self.metaWithExt.isEmpty && self.plainWithExt.isEmpty }

    /// The extensions that want a message.
    ///
    /// - Parameters:
    ///   - isMeta: Whether it is on a meta channel.
    ///   - hasExt: Whether it, or the request that it replies to, has an `ext`; only asked when it matters.
    /// - Returns: The extensions, in the order in which they are called.
    func extensions(isMeta: Bool, hasExt: @autoclosure () -> Bool) -> [any BayeuxExtension] {
        let all = isMeta ? self.metaWithExt : self.plainWithExt
        guard !all.isEmpty else { return all }
        let always = isMeta ? self.meta : self.plain
        return always.count == all.count || hasExt() ? all : always
    }
}

// Calling the application. What it throws is logged and changes nothing: the message goes on.
extension Array<any BayeuxExtension> {
    /// Passes a message from a client through the extensions.
    ///
    /// - Returns: Whether all let it pass.
    func passIncoming(_ message: inout BayeuxMessage, from session: ServerSession?, _ logger: Logger) async -> Bool {
        for installed in self {
            do {
                guard try await installed.incoming(&message, from: session) else { return false }
            } catch {
                Self.log(error, of: installed, logger)
            }
        }
        return true
    }

    /// Passes a message to clients through the extensions.
    ///
    /// - Returns: Whether all let it pass.
    func passOutgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        from sender: ServerSession?,
        _ logger: Logger
    ) async -> Bool {
        for installed in self {
            do {
                guard try await installed.outgoing(&message, to: session, from: sender) else { return false }
            } catch {
                Self.log(error, of: installed, logger)
            }
        }
        return true
    }

    private static func log(_ error: any Error, of installed: any BayeuxExtension, _ logger: Logger) {
        logger.error("an extension failed", metadata: ["extension": "\(type(of: installed))", "error": "\(error)"])
    }
}
