import CometDServer
import Hummingbird

/// `POST /news` publishes, `GET /news` tells what was.
struct NewsRoutes {
    let archive: NewsArchive
    let channel: ServerChannel

    func add(to router: Router<BasicRequestContext>) {
        router.get("/news") { _, _ in self.archive.all }

        // Whoever may call this may write the news: an application puts its authentication in front.
        router.post("/news") { request, context in
            let item = try await request.decode(as: NewsItem.self, context: context)
            guard item.isAcceptable else { throw HTTPError(.badRequest, message: "no title, or too long") }
            self.archive.add(item)
            try self.channel.publish(item)
            return EditedResponse(status: .created, response: item)
        }
    }
}
