/// The options of the two HTTP transports.
///
/// - SeeAlso: CometD 3.1 reference book, "Transports configuration".
public struct HTTPTransportOptions: Hashable, Sendable {
    /// The options that all transports have.
    public var common = TransportOptions()
    /// `maxMessageSize`: how large a request's body may be, in bytes.
    ///
    /// Default 1 MiB.
    ///
    /// A larger one is answered with HTTP 413.
    public var maxMessageSize = 1 << 20
    /// `maxSessionsPerBrowser`: how many connects of one browser are held at a time.
    ///
    /// Default 1; `nil` (CometD's negative values): any number.
    ///
    /// Connects beyond it are answered at once, with the advice to poll every ``multiSessionInterval``.
    public var maxSessionsPerBrowser: Int? = 1
    /// `http2MaxSessionsPerBrowser`: the same over HTTP/2.
    ///
    /// Default `nil` (CometD's −1): any number.
    public var http2MaxSessionsPerBrowser: Int?
    /// `multiSessionInterval`: how often the sessions poll whose connects are not held.
    ///
    /// Default 2 s.
    ///
    /// When it is zero or negative their connects fail, with the advice not to reconnect.
    public var multiSessionInterval: Duration = .seconds(2)
    /// `trustClientSession`: whether a request without a browser cookie may name any session.
    ///
    /// Default `false`.
    public var trustClientSession = false
    /// `duplicateMetaConnectHttpResponseCode`: the HTTP status that ends a held connect when the same session sends
    /// another.
    ///
    /// Default 500.
    public var duplicateMetaConnectHttpResponseCode = 500
    /// `jsonDebug`: whether the text of a request that is no JSON is logged.
    ///
    /// Default `false`.
    public var jsonDebug = false
    /// The cookie that binds sessions to a browser.
    public var browserCookie = BrowserCookie()
    /// `callbackParameter`: the query parameter that names the JavaScript function.
    ///
    /// Default `jsonp`.
    public var callbackParameter = "jsonp"
    /// `callbackParameterMaxLength`: how long the function's name may be.
    ///
    /// Default 64.
    public var callbackParameterMaxLength = 64
    /// `mimeType`: the content type of callback-polling.
    ///
    /// Default `text/javascript;charset=UTF-8`.
    public var mimeType = "text/javascript;charset=UTF-8"

    /// Makes the defaults.
    public init() {}
}

extension HTTPTransportOptions {
    /// The cookie that binds sessions to a browser: `browserCookieName`, `browserCookieDomain` and so on.
    public struct BrowserCookie: Hashable, Sendable {
        /// Its name.
        ///
        /// Default `BAYEUX_BROWSER`.
        public var name = "BAYEUX_BROWSER"
        /// The `Domain` attribute.
        ///
        /// Default none: the host that was asked.
        public var domain: String?
        /// The `Path` attribute.
        ///
        /// Default `/`.
        public var path: String? = "/"
        /// Whether it has the `Secure` attribute.
        ///
        /// Default `false`.
        public var isSecure = false
        /// Whether it has the `HttpOnly` attribute.
        ///
        /// Default `true`.
        public var isHTTPOnly = true
        /// The `SameSite` attribute: `Strict`, `Lax` or `None`.
        ///
        /// Default none.
        public var sameSite: String?
        /// Whether it has the `Partitioned` attribute.
        ///
        /// Default `false`.
        public var isPartitioned = false
        /// The `Max-Age` attribute.
        ///
        /// Default none: until the browser ends.
        public var maxAge: Duration?

        /// Makes the defaults.
        public init() {}
    }
}
