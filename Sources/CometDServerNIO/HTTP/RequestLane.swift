import CometDServer

/// Where a request that the engine has came from, and where its answer goes.
///
/// Confined to an event loop; ``LaneResponder`` reaches it from others.
protocol RequestLane: AnyObject {
    /// The engine has answered a request.
    func answer(_ request: LaneResponder, with answer: RequestAnswer)

    /// A session holds a connect.
    func hold(_ request: LaneResponder, by session: ServerSession)
}
