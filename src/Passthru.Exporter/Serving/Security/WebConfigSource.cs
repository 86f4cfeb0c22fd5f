using Passthru.Exporter.Configuration;
using Passthru.Exporter.Logging;

namespace Passthru.Exporter.Serving.Security;

/// <summary>
/// The web configuration that holds. The file and those it names are looked at with every connection and request, and read again
/// when one has changed; a bad state of them is logged once and leaves what held before.
/// </summary>
internal sealed class WebConfigSource
{
    private readonly string _file;
    private readonly Log _log;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private volatile FileStamps _stamps;
    private volatile WebAccess _current;
    private volatile bool _lastReloadSuccessful = true;

    /// <exception cref="SettingsException">A file can't be used.</exception>
    public WebConfigSource(string file, Log log, TimeProvider time)
    {
        _file = Path.GetFullPath(file);
        _log = log;
        _time = time;
        _stamps = new FileStamps();
        _current = Load(_stamps, before: null);
    }

    public bool LastReloadSuccessful => _lastReloadSuccessful;

    public WebAccess Current
    {
        get
        {
            if (!_stamps.StillHold)
            {
                lock (_lock)
                {
                    Reload();
                }
            }

            return _current;
        }
    }

    private void Reload()
    {
        if (_stamps.StillHold)
        {
            return;
        }

        var stamps = new FileStamps();
        try
        {
            var next = Load(stamps, _current);
            _current = next.Tls is null == _current.Tls is null ? next : throw new SettingsException($"{_file}: to switch TLS on or off takes a restart");
            _lastReloadSuccessful = true;
            _log.Info("web configuration reloaded");
        }
        catch (SettingsException e)
        {
            _lastReloadSuccessful = false;
            _log.Error("web configuration not reloaded, the one before holds", ("err", e.Message));
        }

        _stamps = stamps;
    }

    private WebAccess Load(FileStamps stamps, WebAccess? before)
    {
        stamps.Add(_file);
        var config = WebConfigFile.Parse(SettingsSource.TextOf(_file), _file);
        foreach (var file in config.Tls?.Files ?? [])
        {
            stamps.Add(file);
        }

        return new WebAccess(config, _time, before);
    }
}
