import CometDClient
import Foundation

// The URL of the server, and the share to show.
let arguments = Array(CommandLine.arguments.dropFirst())
let url = arguments.first ?? "http://127.0.0.1:8080/cometd"
let symbol = arguments.count > 1 ? arguments[1] : "S042"

func show(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

do {
    let model = try PriceModel(url: url)
    // In place of a view that is drawn when the model has changed.
    let screen = Task {
        while !Task.isCancelled {
            show(model.line(with: symbol))
            try? await Task.sleep(for: .seconds(1))
        }
    }
    model.appear()
    let input = InputLines()
    reading: while let line = await input.next() {
        // In place of the system that tells of the app's life.
        switch line {
        case "appear": model.appear()
        case "disappear": model.disappear()
        case "background": await model.enterBackground()
        case "foreground": model.enterForeground()
        case "price": await model.ask(for: symbol)
        case "quit": break reading
        default: show("appear, disappear, background, foreground, price or quit")
        }
    }
    model.disappear()
    await model.waitUntilEnded()
    screen.cancel()
    show(model.line(with: symbol))
} catch {
    show("\(error)")
    exit(64)
}
