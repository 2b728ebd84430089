import CometDServer
import Foundation
import Testing

@Suite("Options: the table")
struct OptionsTableTests {
    @Test func `no full name and no flag stands for two options`() {
        let names = ServerOptions.optionNames
        let flags = names.map { OptionName.kebabCase($0) }

        #expect(Set(names).count == names.count)
        #expect(Set(flags).count == flags.count)
        #expect(names.allSatisfy { (try? ServerOptions.check(names: [$0])) != nil })
    }

    @Test func `every option has a sentence that explains it`() {
        for option in ServerOptions.table.options {
            #expect(option.help.hasSuffix("."), "\(option.name)")
            #expect(option.help.count < 90, "\(option.name)")
        }
    }

    @Test func `every default is written as it can be read`() throws {
        let defaults = ServerOptions()
        for option in ServerOptions.table.options where !option.isObsolete {
            for name in option.fullNames {
                let text = option.text(in: defaults).split(separator: ", ").first.map { String($0) } ?? ""
                let options = try ServerOptions { $0 == name ? text : nil }

                #expect(option.text(in: options).hasPrefix(text), "\(name)")
            }
        }
    }

    @Test(arguments: [
        ("timeout", "30s"), ("interval", "0"), ("maxInterval", "10s"), ("maxProcessing", "-1"),
        ("maxLazyTimeout", "5s"),
        ("metaConnectDeliverOnly", "false"), ("maxQueue", "-1"), ("maxQueueBytes", "16M"),
        ("maxMessageSize", "1M, 64k"),
        ("handshakeReconnect", "false"), ("allowMessageDeliveryDuringHandshake", "false"),
        ("trustClientSession", "false"),
        ("jsonDebug", "false"), ("duplicateMetaConnectHttpResponseCode", "500"), ("maxSessionsPerBrowser", "1"),
        ("http2MaxSessionsPerBrowser", "-1"), ("multiSessionInterval", "2s"), ("browserCookieName", "BAYEUX_BROWSER"),
        ("browserCookieDomain", ""), ("browserCookiePath", "/"), ("browserCookieSecure", "false"),
        ("browserCookieHttpOnly", "true"), ("browserCookieSameSite", ""), ("callbackParameter", "jsonp"),
        ("callbackParameterMaxLength", "64"), ("mimeType", "text/javascript;charset=UTF-8"),
        ("ws.cometdURLMapping", ""),
        ("ws.messagesPerFrame", "1"), ("ws.bufferSize", "512"), ("ws.idleTimeout", "5m"), ("ws.protocol", ""),
        ("ws.requireHandshakePerConnection", "false"), ("ws.enableExtension.permessage-deflate", "true"),
        ("allowedTransports", "websocket,long-polling,callback-polling"), ("broadcastToPublisher", "true"),
        ("validateMessageFields", "true"), ("sweepPeriod", "997ms"), ("errorDialect", "cometd3"),
    ])
    func `the defaults are CometD's`(name: String, text: String) throws {
        let option = try #require(ServerOptions.table.options.first { $0.shownName == name })

        #expect(option.text(in: ServerOptions()) == text)
    }

    @Test(arguments: [
        ("maxInterval", "max-interval"), ("ws.idleTimeout", "ws-idle-timeout"),
        ("long-polling.json.timeout", "long-polling-json-timeout"),
        ("browserCookieSameSite", "browser-cookie-same-site"),
        ("ws.cometdURLMapping", "ws-cometd-url-mapping"),
        ("http2MaxSessionsPerBrowser", "http2-max-sessions-per-browser"),
        ("duplicateMetaConnectHttpResponseCode", "duplicate-meta-connect-http-response-code"),
        ("ws.enableExtension.permessage-deflate", "ws-enable-extension-permessage-deflate"),
    ])
    func `a flag is the name in kebab case`(name: String, flag: String) {
        #expect(OptionName.kebabCase(name) == flag)
        #expect(ServerOptions.optionNames.contains(name))
    }

    @Test func `the documentation lists every option with its default`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let document = try String(contentsOf: root.appending(path: "docs/options.md"), encoding: .utf8)
        for option in ServerOptions.table.options {
            let text = option.text(in: ServerOptions())
            let value = option.isObsolete ? "–" : text.isEmpty ? "none" : "`\(text)`"

            #expect(document.contains("| `\(option.shownName)` | \(value) |"), "\(option.shownName)")
        }
    }
}
