using System.Globalization;

namespace Passthru.Facts.Boot.Loaders;

/// <summary>
/// Understands of a <c>grub.cfg</c> what decides about the default entry: variables, conditions, entries and submenus
/// (GRUB manual, "Writing full configuration files directly", "Commands").
/// </summary>
/// <param name="environment">Variables of the environment block.</param>
/// <param name="entryFiles">What <c>blscfg</c> puts into the menu.</param>
internal sealed class GrubScript(Dictionary<string, string> environment, Func<IEnumerable<LoaderEntry>> entryFiles)
{
    private static readonly string[] Commands =
    [
        "if", "elif", "else", "fi", "set", "function", "}", "menuentry", "submenu", "blscfg",
        "linux", "linuxefi", "linux16", "initrd", "initrdefi", "initrd16", "module", "module2", "multiboot", "multiboot2",
    ];

    private readonly Dictionary<string, string> _variables = new(environment);
    private readonly List<Item> _menu = [];
    private readonly Stack<Condition> _conditions = new();
    private readonly Stack<Item?> _open = new();

    public static bool Concerns(ReadOnlySpan<byte> line)
    {
        var text = line.TrimStart(" \t"u8);
        var end = text.IndexOfAny(" \t"u8);
        var word = end < 0 ? text : text[..end];
        foreach (var command in Commands)
        {
            if (word.Length == command.Length && System.Text.Ascii.Equals(word, command))
            {
                return true;
            }
        }

        return false;
    }

    public void Run(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (GrubWords.Split(line) is [var command, .. var arguments])
            {
                Run(command.Text, arguments);
            }
        }
    }

    /// <summary>
    /// The entry that starts without a choice. <c>default</c> is a number, an id or a title, into submenus by <c>&gt;</c>; what fits no
    /// entry is the first one (grub_show_menu and get_entry_number in grub-core/normal/menu.c). Null: the menu is empty.
    /// </summary>
    /// <param name="file">Where the menu stands.</param>
    public LoaderEntry? Default(string file)
    {
        var wish = _variables.GetValueOrDefault("default", "");
        var level = _menu;
        while (level.Count > 0)
        {
            var (first, rest) = wish.Split('>', 2) is [var one, var more] ? (one, more) : (wish, "");
            var item = (level == _menu ? Find(level, wish) : null) ?? Find(level, first) ?? level[0];
            if (item.Children is not { } children)
            {
                return Entry(item, file);
            }

            (level, wish) = (children, rest);
        }

        return null;
    }

    public IEnumerable<LoaderEntry> All(string file) => Flat(_menu).Select(item => Entry(item, file));

    private static IEnumerable<Item> Flat(IEnumerable<Item> items) => items.SelectMany(item => item.Children is { } children ? Flat(children) : [item]);

    private static Item? Find(List<Item> level, string wish) =>
        int.TryParse(wish, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? level.ElementAtOrDefault(number)
            : level.Find(item => item.Id == wish || item.Title == wish);

    /// <summary>Variables are put in when the entry starts, with their values at the end of the script.</summary>
    private LoaderEntry Entry(Item item, string file)
    {
        if (item.EntryFile is { } entry)
        {
            return entry with { Options = Expand(GrubWords.Split(entry.Options ?? "")) };
        }

        return new LoaderEntry(item.Id ?? item.Title, file)
        {
            Title = item.Title,
            Kernel = item.Linux is [var kernel, ..] ? GrubWords.Expand(kernel, _variables) : null,
            Options = item.Linux is [_, .. var options] ? Expand(options) : null,
            Images = [.. item.Images.Select(image => GrubWords.Expand(image, _variables))],
        };
    }

    private string Expand(IEnumerable<GrubWord> words) => string.Join(' ', words.Select(word => GrubWords.Expand(word, _variables)).Where(word => word.Length > 0));

    private void Run(string command, GrubWord[] arguments)
    {
        switch (command)
        {
            case "if":
                var holds = IsActive && Holds(arguments);
                _conditions.Push(new Condition(IsActive, holds, holds));
                break;
            case "elif" or "else" when _conditions.TryPop(out var condition):
                var now = condition is { IsOuterActive: true, WasTaken: false } && (command == "else" || Holds(arguments));
                _conditions.Push(condition with { IsActive = now, WasTaken = condition.WasTaken || now });
                break;
            case "fi":
                _conditions.TryPop(out _);
                break;
            case "}":
                _open.TryPop(out _);
                break;
            case "function":
                _open.Push(null);
                break;
            case "menuentry" or "submenu":
                Open(command == "submenu", arguments);
                break;
            default:
                RunInside(command, arguments);
                break;
        }
    }

    /// <summary>Null on the stack is a function, or an entry that a condition leaves out.</summary>
    private void RunInside(string command, GrubWord[] arguments)
    {
        var item = _open.TryPeek(out var open) ? open : null;
        if (!IsActive || (_open.Count > 0 && item is null))
        {
            return;
        }

        switch (command)
        {
            case "set" when _open.Count == 0 && arguments is [var assignment, ..]:
                var parts = GrubWords.Expand(assignment, _variables).Split('=', 2);
                _variables[parts[0]] = parts.Length > 1 ? parts[1] : "";
                break;
            case "blscfg" when _open.Count == 0:
                _menu.AddRange(entryFiles().Select(entry => new Item(entry.Title ?? "", entry.Id) { EntryFile = entry }));
                break;
            case "linux" or "linuxefi" or "linux16" when item is not null:
                item.Linux = arguments;
                break;
            case "module" or "module2" when item is not null:
                AddModule(item, [.. arguments.Where(word => word.Text != "--nounzip")]);
                break;
            case "initrd" or "initrdefi" or "initrd16" when item is not null:
                item.Images.AddRange(arguments);
                break;
        }
    }

    /// <summary>A hypervisor's first module is the kernel of its dom0, the next one the image.</summary>
    private static void AddModule(Item item, GrubWord[] arguments)
    {
        if (item.Linux.Length == 0)
        {
            item.Linux = arguments;
        }
        else
        {
            item.Images.AddRange(arguments.Take(1));
        }
    }

    private void Open(bool isSubmenu, GrubWord[] arguments)
    {
        var parent = _open.TryPeek(out var open) ? open : null;
        if (!IsActive || (_open.Count > 0 && parent?.Children is null) || arguments is not [var title, ..])
        {
            _open.Push(null);
            return;
        }

        var option = Array.FindIndex(arguments, word => word.Text is "--id" or "$menuentry_id_option" or "${menuentry_id_option}");
        var id = option >= 0 && option + 1 < arguments.Length ? GrubWords.Expand(arguments[option + 1], _variables) : null;
        var item = new Item(GrubWords.Expand(title, _variables), id) { Children = isSubmenu ? [] : null };
        (parent?.Children ?? _menu).Add(item);
        _open.Push(item);
    }

    private bool IsActive => !_conditions.TryPeek(out var condition) || condition.IsActive;

    private bool Holds(GrubWord[] words)
    {
        var test = words.TakeWhile(word => word.Text is not ("then" or ";")).ToArray();
        return test is not [{ Text: "[" }, .. var inner, { Text: "]" }] || GrubWords.Test(inner, _variables);
    }

    private sealed record Condition(bool IsOuterActive, bool IsActive, bool WasTaken);

    private sealed class Item(string title, string? id)
    {
        public string Title { get; } = title;

        public string? Id { get; } = id;

        public List<Item>? Children { get; init; }

        public LoaderEntry? EntryFile { get; init; }

        public GrubWord[] Linux { get; set; } = [];

        public List<GrubWord> Images { get; } = [];
    }
}
