"""How are controls said in other languages than English? Whole messages, as in `bot.ports.actions`. Pure."""

from __future__ import annotations

from bot.ports.actions import Action

_V = r"(?P<version>v\d{1,6}[ab]?)"

#: German, French, Spanish, Portuguese, Japanese
PHRASES: dict[Action, tuple[str, ...]] = {
    Action.UNDO: (
        r"(?:mach (?:das|es) )?rückgängig(?: machen)?",
        r"défaire|défais(?:-le)?|annuler la dernière(?: modification)?",
        r"deshacer|deshaz(?:lo)?",
        r"desfazer|desfaça",
        r"元に戻す|元に戻して",
    ),
    Action.REDO: (
        r"wiederherstellen|stell (?:das|es) wieder her",
        r"refaire|rétablir",
        r"rehacer|rehazlo",
        r"refazer|refaça",
        r"やり直す|やり直して",
    ),
    Action.GOTO: (
        rf"(?:geh )?zurück zu {_V}",
        rf"(?:retour|reviens|revenir) à (?:la )?{_V}",
        rf"(?:vuelve|volver) a (?:la )?{_V}",
        rf"(?:volta|volte|voltar) (?:para|à) (?:a )?{_V}",
        rf"{_V} ?(?:に戻る|に戻して)",
    ),
    Action.VARY: (
        r"noch ?mal|noch einmal|noch eins|noch eine (?:variante|version)",
        r"encore(?: une fois)?|une autre|encore une",
        r"otra vez|otra(?: más)?|una más",
        r"de novo|outra vez|mais uma|outra",
        r"もう一度|もう一回|もう一枚|別案",
    ),
    Action.CANCEL: (
        r"abbrechen|brich ab|stopp",
        r"annuler|annule|arrête",
        r"cancelar|cancela(?:lo)?|cancele",
        r"キャンセル|キャンセルして|中止|やめて",
    ),
    Action.RETRY: (
        r"erneut versuchen|versuch(?:e)? es (?:noch ?mal|noch einmal|erneut)",
        r"réessayer|réessaie|réessayez",
        r"reintentar|reinténtalo|inténtalo (?:de nuevo|otra vez)",
        r"tentar de novo|tente de novo|tenta de novo",
        r"再試行|再試行して|もう一度試して",
    ),
    Action.HELP: (r"hilfe|aide|ayuda|ajuda|ヘルプ|使い方",),
    Action.SETTINGS: (r"einstellungen|réglages|ajustes|configurações|設定",),
    Action.USAGE: (r"ausgaben|dépenses|gastos|利用額|使用量",),
    Action.EXPORT: (r"exportieren|exporter|exportar|エクスポート|書き出し|書き出して",),
    Action.FINALIZE: (r"finalisieren|finaliser|finalizar|仕上げる|仕上げて",),
    Action.PAUSE: (r"pausieren|mettre en pause|pausar|一時停止",),
    Action.COMPARE: (
        r"vorher(?: und |/| )nachher|vergleichen",
        r"avant(?: et |/)après|comparer",
        r"antes(?: y |/)después|antes(?: e |/)depois|comparar",
        r"比較|比較して|比べて",
    ),
}
