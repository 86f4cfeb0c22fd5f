using System.Text;
using Passthru.Facts.Kernel;

namespace Passthru.Exporter.Commands;

/// <summary>Of what boot loaders are configured to pass on, the same as of the kernel's command line itself: values that bear on passthrough.</summary>
internal static class RedactBoot
{
    private static readonly string[] Files =
    [
        "etc/kernel/cmdline", "etc/default/grub", "etc/default/limine", "boot/refind_linux.conf", "boot/syslinux.cfg", "boot/extlinux.conf",
    ];

    private static readonly string[] Endings =
        ["/grub.cfg", "/custom.cfg", "/grubenv", "/limine.conf", "/limine.cfg", "/syslinux.cfg", "/extlinux.conf", "/refind.conf", "/kernel-params", ".efi"];

    /// <summary>Variables of boot loaders that choose an entry, and keys of Limine: none is a kernel's parameter.</summary>
    private static readonly string[] OfLoaders =
    [
        "default", "saved_entry", "next_entry", "fallback", "timeout", "boot_success", "default_entry", "remember_last_entry", "protocol", "path",
        "kernel_path", "module_path",
    ];

    private static readonly string[] OfFiles = ["BOOT_IMAGE", "initrd", "ostree"];

    /// <summary>Variables that hold a whole command line: their first word is one of it.</summary>
    private static readonly string[] Lines = ["kernelopts", "default_kernelopts", "tuned_params", "cmdline", "kernel_cmdline", "KERNEL_CMDLINE[default]", "KERNEL_CMDLINE[default]+"];

    public static bool Concerns(string path) =>
        Files.Contains(path)
        || path.StartsWith("etc/default/grub.d/", StringComparison.Ordinal)
        || path.Contains("/loader/entries/", StringComparison.Ordinal)
        || Endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Word by word, so that whatever stands around the words stays.</summary>
    public static byte[] Content(byte[] content)
    {
        const string delimiters = " \t\n\"'";
        var text = Encoding.UTF8.GetString(content);
        var redacted = new StringBuilder(text.Length);
        var start = 0;
        while (start < text.Length)
        {
            var end = End(text, start, delimiters);
            var word = text[start..end];
            if (OfLine(word) is { } line)
            {
                redacted.Append(word, 0, line);
                start += line;
                word = word[line..];
            }

            if (IsToHide(word, out var name))
            {
                var isQuoted = word.AsSpan(name.Length + 1) is "" or "\\" && end < text.Length && text[end] is '"' or '\'';
                end = isQuoted ? Math.Min(text.Length, End(text, end + 1, text[end] + "\n") + 1) : end;
                word = name + "=redacted";
            }

            redacted.Append(word);
            redacted.Append(text, end, Math.Min(1, text.Length - end));
            start = end + 1;
        }

        return Encoding.UTF8.GetBytes(redacted.ToString());
    }

    private static int End(string text, int start, string delimiters)
    {
        var end = start >= text.Length ? -1 : text.AsSpan(start).IndexOfAny(delimiters);
        return end < 0 ? text.Length : start + end;
    }

    /// <summary>Length of a variable's name with its equals sign, before the first word of a command line; null: no such variable.</summary>
    private static int? OfLine(string word) =>
        Lines.FirstOrDefault(name => word.StartsWith($"{name}=", StringComparison.OrdinalIgnoreCase)) is { } found ? found.Length + 1 : null;

    /// <summary>What the value of a word is hidden of: all but what bears on passthrough, and the files that a loader or a kernel starts from.</summary>
    public static bool IsToHide(KernelParameter parameter) => parameter.Value is not null
        && !OfFiles.Contains(parameter.Name)
        && !(parameter.Name == "init" && parameter.Value.StartsWith("/nix/store/", StringComparison.Ordinal))
        && !PassthroughParameters.In(new KernelCommandLine([new KernelParameter(parameter.Name, "")])).Any();

    private static bool IsToHide(string word, out string name)
    {
        var equals = word.IndexOf('=');
        name = equals < 0 ? "" : word[..equals];
        return equals > 0
            && !word.StartsWith("GRUB_", StringComparison.Ordinal)
            && !OfLoaders.Contains(name, StringComparer.OrdinalIgnoreCase)
            && IsToHide(new KernelParameter(name, word[(equals + 1)..]));
    }
}
