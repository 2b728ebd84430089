/// What all transports are asked: how long connects are held, when sessions expire, how much may wait.
///
/// - SeeAlso: CometD 3.1 reference book, "Transports configuration".
public struct TransportOptions: Hashable, Sendable {
    /// `timeout`: how long a connect is held when there is nothing to deliver.
    ///
    /// Default 30 s.
    public var timeout: Duration = .seconds(30)
    /// `interval`: how long a client shall wait between two connects.
    ///
    /// Default zero.
    public var interval: Duration = .zero
    /// `maxInterval`: how long the server waits for the next connect before it drops the session.
    ///
    /// Default 10 s.
    public var maxInterval: Duration = .seconds(10)
    /// `maxProcessing`: how long the processing of one message may take before its session is dropped.
    ///
    /// Default `nil` (CometD's −1): no limit.
    public var maxProcessing: Duration?
    /// `maxLazyTimeout`: how long a lazy message waits at most.
    ///
    /// Default 5 s.
    public var maxLazyTimeout: Duration = .seconds(5)
    /// `metaConnectDeliverOnly`: whether messages reach the client in replies to its connects only.
    ///
    /// Default `false`.
    public var metaConnectDeliverOnly = false
    /// `maxQueue`: how many messages may wait for a session.
    ///
    /// Default `nil` (CometD's −1): no limit in messages.
    ///
    /// Beyond it ``queuePolicy`` is followed, or what the session's listeners decide.
    public var maxQueue: Int?
    /// `maxQueueBytes`: how many bytes of messages may wait for a session.
    ///
    /// Default 16 MiB. Our own option.
    ///
    /// Beyond it ``queuePolicy`` is followed: the client does not read, or was away for too long.
    public var maxQueueBytes = 16 << 20
    /// `queuePolicy`: what is done when more messages wait than may.
    ///
    /// Default ``QueuePolicy/disconnect``. Our own option.
    public var queuePolicy = QueuePolicy.disconnect
    /// `handshakeReconnect`: whether the advice tells clients the `maxInterval`, so that one that was away for longer
    /// handshakes without asking first.
    ///
    /// Default `false`.
    public var handshakeReconnect = false
    /// `allowMessageDeliveryDuringHandshake`: whether waiting messages ride on the reply to a handshake.
    ///
    /// Default `false`.
    public var allowMessageDeliveryDuringHandshake = false

    /// Makes the defaults.
    public init() {}
}
