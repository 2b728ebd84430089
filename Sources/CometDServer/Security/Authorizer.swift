public import Bayeux

/// Decides over what clients do on a channel, or on all that a pattern matches.
///
/// When a client creates a channel, subscribes or publishes, first the ``SecurityPolicy`` is asked, then all authorizers
/// of the patterns that match the channel and of the channel itself:
///
/// - without any authorizer the operation is granted,
/// - any denial denies it, with its reason,
/// - else it needs at least one that grants; none is `denied_by_not_granting`.
///
/// A subscription to a pattern is judged by the pattern's own authorizers and those of wider ones. Those of narrower ones
/// have no say about it, as in CometD: where `/chat/**` is guarded, guard `/**` too.
///
/// ```swift
/// try server.channel("/chat/**").addAuthorizer(.grantCreateSubscribe)
/// try server.channel("/chat/**").addAuthorizer { request in
///     request.session.attributes["user"] == nil ? .ignore : .grant
/// }
/// ```
///
/// - SeeAlso: CometD 3.1 reference book, "Authorizers"; REQUIREMENTS X4, X5.
public struct Authorizer: Sendable {
    enum Kind: Sendable {
        case immediate(@Sendable (Request) -> Authorization)
        case asking(@Sendable (Request) async throws -> Authorization)
    }

    let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// An authorizer that answers at once, on the session's event loop; it must not block.
    ///
    /// It costs neither a task nor a hop.
    public static func deciding(_ body: @escaping @Sendable (Request) -> Authorization) -> Authorizer {
        Authorizer(.immediate(body))
    }

    /// An authorizer that may have to ask, such as a database.
    ///
    /// While it waits, later messages of the same session wait too, and nobody else's. One that throws denies.
    public static func asking(_ body: @escaping @Sendable (Request) async throws -> Authorization) -> Authorizer {
        Authorizer(.asking(body))
    }

    /// Grants some operations and has no say about the others.
    public static func granting(_ operations: Set<ChannelOperation>) -> Authorizer {
        .deciding { operations.contains($0.operation) ? .grant : .ignore }
    }

    /// Grants the creation of channels.
    public static let grantCreate = granting([.create])
    /// Grants subscribing.
    public static let grantSubscribe = granting([.subscribe])
    /// Grants publishing.
    public static let grantPublish = granting([.publish])
    /// Grants creation and subscribing.
    public static let grantCreateSubscribe = granting([.create, .subscribe])
    /// Grants subscribing and publishing.
    public static let grantSubscribePublish = granting([.subscribe, .publish])
    /// Grants everything.
    public static let grantAll = granting([.create, .subscribe, .publish])
    /// Grants nothing: whatever no other authorizer grants is denied.
    public static let grantNone = granting([])

    /// What a client wants to do.
    public struct Request: Sendable {
        /// What it wants to do.
        public let operation: ChannelOperation
        /// The channel or pattern that it wants to create, subscribe to or publish to.
        public let channel: ChannelID
        /// Who wants it.
        public let session: ServerSession
        /// The message that asks for it.
        public let message: BayeuxMessage
    }
}

/// What clients do with channels, as policies and authorizers are asked about it.
public enum ChannelOperation: Hashable, Sendable {
    /// Making a channel that does not exist, by subscribing or publishing to it.
    case create
    /// Subscribing to a channel or pattern.
    case subscribe
    /// Publishing to a channel.
    case publish
}

/// What an ``Authorizer`` says about an operation.
public enum Authorization: Hashable, Sendable {
    /// It may be done, unless another authorizer denies it.
    case grant
    /// No say about it.
    case ignore
    /// It must not be done.
    ///
    /// The reason is told to the client, in the `error` of the reply.
    case deny(reason: String)
}

extension ServerChannel {
    /// Adds an authorizer that answers at once; see ``Authorizer/deciding(_:)``.
    ///
    /// - Returns: A value for ``removeAuthorizer(_:)``.
    @discardableResult
    public func addAuthorizer(_ body: @escaping @Sendable (Authorizer.Request) -> Authorization) -> ListenerToken {
        self.addAuthorizer(.deciding(body))
    }
}

/// The union of what authorizers say.
struct AuthorizationCount {
    private(set) var isGranted = false
    private(set) var denial: String?

    /// Takes one more answer in.
    mutating func add(_ authorization: Authorization) {
        switch authorization {
        case .grant: self.isGranted = true
        case .ignore: break
        case .deny(let reason): self.denial = self.denial ?? reason
        }
    }

    /// Why the operation is denied; `nil` when it is granted.
    var reasonAgainst: String? { self.denial ?? (self.isGranted ? nil : "denied_by_not_granting") }
}
