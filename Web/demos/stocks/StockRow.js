import { drawing, element } from "../shared/page.js";

/** How many prices the course shows. */
const length = 60;
const [width, height] = [120, 36];

/** The line of one company in the table. */
export class StockRow {
    #prices = [];
    #price = element("td", { class: "right" });
    #change = element("td", { class: "right" });
    #course = drawing("polyline", {});
    #picture = element("td", { class: "spark" });

    constructor({ symbol, name }) {
        this.#picture.append(drawing("svg",
            { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
            drawing("rect", { width, height, rx: 4 }), this.#course));
        const title = element("td", {},
            element("span", { class: "symbol", text: String(symbol) }),
            element("span", { class: "company", text: String(name) }));
        this.row = element("tr", {}, title, this.#price, this.#change, this.#picture);
    }

    show({ price, change }) {
        this.#prices.push(Number(price));
        if (this.#prices.length > length) {
            this.#prices.shift();
        }
        const direction = change < 0 ? "down" : "up";
        this.#price.textContent = Number(price).toFixed(2);
        this.#change.textContent = `${change < 0 ? "▼" : "▲"} ${Math.abs(Number(change)).toFixed(2)}`;
        this.#change.className = `right ${direction}`;
        this.#draw();
    }

    #draw() {
        const least = Math.min(...this.#prices);
        const span = Math.max(...this.#prices) - least || 1;
        const points = this.#prices.map((price, index) => {
            const x = (index / (length - 1)) * width;
            const y = height - 4 - ((price - least) / span) * (height - 8);
            return `${x.toFixed(1)},${y.toFixed(1)}`;
        });
        this.#course.setAttribute("points", points.join(" "));
    }
}
