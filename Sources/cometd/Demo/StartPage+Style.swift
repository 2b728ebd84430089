extension StartPage {
    /// How the page looks.
    static let style = #"""
        :root {
          color-scheme: light dark;
          --page: #f6f7f9; --card: #fff; --line: #dfe3e8; --text: #1b2733; --faint: #5b6b7b;
          --accent: #0b62d6; --on-accent: #fff; --good: #177a3c; --bad: #b3261e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #10151b; --card: #18202a; --line: #2b3744; --text: #e6ecf2; --faint: #97a6b5;
            --accent: #6aa9ff; --on-accent: #0b1622; --good: #63cf8b; --bad: #ff8a80;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; }
        h1 { margin: 0; font-size: 1.75rem; letter-spacing: -.02em; }
        h2 { margin: 0; font-size: 1.1rem; }
        p { margin: .25rem 0 .75rem; color: var(--faint); }
        .state { margin: 0; padding: .2rem .75rem; border: 1px solid; border-radius: 1rem; font-size: .9rem; }
        .state.good { color: var(--good); }
        .state.bad { color: var(--bad); }
        dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .75rem; margin: 1rem 0; }
        dl div:first-child { grid-column: span 2; }
        dt { color: var(--faint); font-size: .8rem; }
        dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        section { margin-top: 1rem; padding: 1rem; background: var(--card); border: 1px solid var(--line);
          border-radius: .75rem; }
        form { display: flex; gap: .5rem; }
        input, button { font: inherit; border-radius: .5rem; padding: .5rem .75rem; }
        input { flex: 1; min-width: 0; color: inherit; background: var(--page); border: 1px solid var(--line); }
        button { color: var(--on-accent); background: var(--accent); border: 1px solid transparent; cursor: pointer; }
        button:disabled { opacity: .5; cursor: default; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        ol { list-style: none; margin: .75rem 0 0; padding: 0; max-height: 16rem; overflow-y: auto; }
        li { padding: .35rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
        time { margin-right: .75rem; color: var(--faint); font-size: .8rem; font-variant-numeric: tabular-nums; }
        .call { display: flex; align-items: center; gap: .75rem; margin-bottom: 0; }
        pre { margin: 0; padding: .75rem; overflow-x: auto; background: var(--page); border-radius: .5rem;
          font-size: .85rem; }
        """#
}
