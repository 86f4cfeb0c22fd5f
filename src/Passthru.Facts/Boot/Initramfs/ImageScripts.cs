using System.Text;
using System.Text.RegularExpressions;

namespace Passthru.Facts.Boot.Initramfs;

/// <summary>
/// Scripts that an image runs around udev, of those that set <c>driver_override</c> or load VFIO: of initramfs-tools
/// (<c>scripts/init-top</c> and later stages), dracut (<c>hooks/pre-udev</c> and others), mkinitcpio (<c>hooks</c>), NixOS (stage 1).
/// </summary>
internal static partial class ImageScripts
{
    private const string InitTop = "scripts/init-top/";
    private const string Mkinitcpio = "hooks/";
    private const string Dracut = "dracut/hooks/";
    private static readonly string[] DracutBeforeUdev = ["cmdline/", "pre-udev/", "pre-trigger/"];
    private static readonly string[] Words = ["driver_override", "vfio", "unbind", "run_earlyhook", "udevd"];

    public static bool IsOne(string name) =>
        (name.StartsWith("scripts/", StringComparison.Ordinal) && !name.EndsWith("/ORDER", StringComparison.Ordinal))
        || name.StartsWith(Mkinitcpio, StringComparison.Ordinal)
        || name.Contains(Dracut, StringComparison.Ordinal)
        || name.EndsWith(ImageFiles.NixosStage1, StringComparison.Ordinal);

    /// <summary>The lines about VFIO and those with addresses, of a script that is about VFIO at all: others may hold secrets.</summary>
    public static string Kept(string text) =>
        text.Contains("driver_override", StringComparison.Ordinal) || text.Contains("vfio", StringComparison.Ordinal)
            ? ImageFiles.LinesWith(text, line => Words.Any(word => line.Contains(word, StringComparison.Ordinal)) || Address().IsMatch(line))
            : "";

    public static IEnumerable<EarlyScript> Read(List<(string Path, byte[] Content, string? Target)> entries)
    {
        var order = entries.Find(entry => entry.Path == ImageFiles.InitTopOrder).Content is { } content ? Encoding.UTF8.GetString(content) : null;
        foreach (var (path, bytes, _) in entries.Where(entry => entry.Target is null && entry.Content.Length > 0 && IsOne(entry.Path)))
        {
            var text = string.Join('\n', ImageSettings.Lines(Encoding.UTF8.GetString(bytes)));
            if (text.Length > 0)
            {
                yield return new EarlyScript(path, text, TimeOf(path, text, order));
            }
        }
    }

    /// <summary><c>modprobe -i vfio-pci ids=10de:2204</c> in such a script.</summary>
    public static IEnumerable<EarlyLoad> Loads(IEnumerable<EarlyScript> scripts) =>
        from script in scripts
        from line in script.Text.Split('\n')
        let words = line.Split((char[])[' ', '\t', ';'], StringSplitOptions.RemoveEmptyEntries)
        let command = Array.FindIndex(words, word => word == "modprobe" || word.EndsWith("/modprobe", StringComparison.Ordinal))
        where command >= 0
        let arguments = words[(command + 1)..].Where(word => !word.StartsWith('-')).ToArray()
        where arguments is ["vfio-pci" or "vfio_pci", ..]
        select new EarlyLoad("vfio_pci", string.Join(' ', arguments[1..].Where(word => word.StartsWith("ids=", StringComparison.Ordinal))), script.File, script.Time);

    /// <summary>Of initramfs-tools the file ORDER tells, in which udev's script has loaded all modules when it ends.</summary>
    private static LoadTime TimeOf(string path, string text, string? order)
    {
        if (path.StartsWith(InitTop, StringComparison.Ordinal))
        {
            var at = order?.IndexOf($"/{path}", StringComparison.Ordinal) ?? -1;
            var udev = order?.IndexOf($"/{InitTop}udev", StringComparison.Ordinal) ?? -1;
            return at < 0 ? LoadTime.WithUdev : udev < 0 || at < udev ? LoadTime.BeforeUdev : LoadTime.AfterUdev;
        }

        if (path.IndexOf(Dracut, StringComparison.Ordinal) is var hook and >= 0)
        {
            return DracutBeforeUdev.Any(path[(hook + Dracut.Length)..].StartsWith) ? LoadTime.BeforeUdev : LoadTime.AfterUdev;
        }

        if (path.EndsWith(ImageFiles.NixosStage1, StringComparison.Ordinal))
        {
            var vfio = text.IndexOf("driver_override", StringComparison.Ordinal);
            var udev = text.IndexOf("udevd", StringComparison.Ordinal);
            return udev < 0 || vfio < udev ? LoadTime.BeforeUdev : LoadTime.AfterUdev;
        }

        return !path.StartsWith(Mkinitcpio, StringComparison.Ordinal) ? LoadTime.AfterUdev
            : text.Contains("run_earlyhook", StringComparison.Ordinal) ? LoadTime.BeforeUdev
            : LoadTime.WithUdev;
    }

    [GeneratedRegex(@"[0-9a-fA-F*?]{1,2}:[0-9a-fA-F*?]{1,2}\.[0-7*?\[]")]
    private static partial Regex Address();
}
