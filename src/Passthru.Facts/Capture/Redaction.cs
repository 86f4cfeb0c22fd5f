namespace Passthru.Facts.Capture;

/// <summary>Takes out of a capture what nobody else should see, leaving what the program reads as it is. This one takes out nothing.</summary>
public class Redaction
{
    public static readonly Redaction None = new();

    /// <summary>Stands for what is left out.</summary>
    internal const string LeftOut = "redacted";

    /// <summary>What to pass on of a file.</summary>
    public virtual byte[] Content(string path, byte[] content) => content;

    /// <summary>What to pass on of where a link points.</summary>
    public virtual string Target(string path, string target) => target;

    /// <summary>The path to pass on; of a directory's entries that of each.</summary>
    public virtual string Path(string path) => path;
}
