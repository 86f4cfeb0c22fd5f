using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;

namespace Passthru.Exporter.Configuration;

/// <summary>
/// Where settings come from, and those that hold: the file that a flag names, else <c>etc/passthru-exporter/config.yml</c> of the
/// host that is looked at, so that a capture brings its own. A file that turns bad leaves the settings as they are.
/// </summary>
internal sealed class SettingsSource
{
    public const string DefaultFile = "etc/passthru-exporter/config.yml";
    private const int LargestFile = 1024 * 1024;
    private readonly IFileTree _tree;
    private readonly string? _file;
    private volatile Settings _current;
    private volatile bool _lastReloadSuccessful = true;

    /// <param name="tree">The host.</param>
    /// <param name="file">The file that a flag names.</param>
    /// <exception cref="SettingsException">The file can't be used.</exception>
    public SettingsSource(IFileTree tree, string? file)
    {
        _tree = tree;
        _file = file;
        _current = Load(earliest: null);
    }

    public Settings Current => _current;

    public bool LastReloadSuccessful => _lastReloadSuccessful;

    /// <summary>Null: it worked; else what is wrong.</summary>
    public string? Reload()
    {
        try
        {
            _current = Load(DateOnly.FromDateTime(DateTime.UtcNow));
            _lastReloadSuccessful = true;
            return null;
        }
        catch (SettingsException e)
        {
            _lastReloadSuccessful = false;
            return e.Message;
        }
    }

    /// <summary>The text of a file that a flag names.</summary>
    /// <exception cref="SettingsException">It can't be read.</exception>
    public static string TextOf(string file)
    {
        try
        {
            return LocalFile.KindOf(file) is LocalFileKind.Other or LocalFileKind.Socket or LocalFileKind.Directory
                ? throw new SettingsException($"{file}: no regular file")
                : new FileInfo(file) is { Exists: true, Length: > LargestFile } ? throw new SettingsException($"{file}: larger than {LargestFile} bytes")
                : File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{file}: {LocalFile.Message(e)}");
        }
    }

    /// <summary>
    /// A date that has passed stops nobody who starts: after a reboot there would be no exporter for the sake of one accepted finding, which
    /// fires again anyway. Whoever reloads a file that he has just edited is told.
    /// </summary>
    private Settings Load(DateOnly? earliest)
    {
        if (_file is not null)
        {
            return SettingsFile.Parse(TextOf(_file), _file, earliest);
        }

        if (_tree.StatIdentity(DefaultFile, out _) == Errno.NotInCapture)
        {
            return Settings.None;
        }

        var files = new HostReader(_tree, ReadAttempt.Unlimited);
        return files.LongText(DefaultFile, LargestFile) is { } text ? SettingsFile.Parse(text, DefaultFile, earliest)
            : files.Issues is [var issue, ..] ? throw new SettingsException($"{issue.Path}: {issue.Detail}")
            : Settings.None;
    }
}
