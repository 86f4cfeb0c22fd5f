using System.Text;
using Passthru.Facts.Kernel;
using Passthru.Findings;

namespace Passthru.Exporter.Commands;

/// <summary>Of what boot loaders are configured to pass on, the same as of the kernel's command line itself: values that bear on passthrough.</summary>
internal static class RedactBoot
{
    public static bool Concerns(string path) =>
        path is "etc/kernel/cmdline" or "etc/default/grub" or "boot/grub/grub.cfg" or "boot/grub2/grub.cfg"
        || path.StartsWith("etc/default/grub.d/", StringComparison.Ordinal)
        || path.Contains("/loader/entries/", StringComparison.Ordinal);

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

    private static bool IsToHide(string word, out string name)
    {
        var equals = word.IndexOf('=');
        name = equals < 0 ? "" : word[..equals];
        return equals > 0
            && !word.StartsWith("GRUB_", StringComparison.Ordinal)
            && !PassthroughParameters.In(new KernelCommandLine([new KernelParameter(name, "")])).Any();
    }
}
