using System.Collections.Immutable;
using System.Globalization;
using Passthru.Exporter.Configuration;
using YamlDotNet.RepresentationModel;

namespace Passthru.Exporter.Serving.Security;

/// <summary>
/// Understands exporter-toolkit's web configuration file. What can't be done here is refused by line and column as what is not
/// known is: a protection that is silently left out is none.
/// </summary>
internal sealed class WebConfigFile
{
    /// <summary>Headers that may be set, and where not anything goes, to what.</summary>
    private static readonly Dictionary<string, string[]> Headers = new()
    {
        ["Content-Security-Policy"] = [],
        ["X-Frame-Options"] = ["deny", "sameorigin"],
        ["X-Content-Type-Options"] = ["nosniff"],
        ["X-XSS-Protection"] = [],
        ["Strict-Transport-Security"] = [],
    };

    private readonly YamlFile _yaml;

    private WebConfigFile(YamlFile yaml) => _yaml = yaml;

    /// <param name="text">The file.</param>
    /// <param name="file">Its path, for messages; files that it names are relative to its directory.</param>
    /// <exception cref="SettingsException">It is not such a file.</exception>
    public static WebConfig Parse(string text, string file)
    {
        var yaml = YamlFile.Parse(text, file);
        return yaml.Root is { } root
            ? new WebConfigFile(yaml).Read(root, Path.GetDirectoryName(Path.GetFullPath(file))!)
            : WebConfig.None;
    }

    private WebConfig Read(YamlNode root, string directory)
    {
        var keys = _yaml.Keys(root, "tls_server_config", "http_server_config", "basic_auth_users", "rate_limit");
        var http = Section(keys, "http_server_config", "http2", "headers");
        return new WebConfig
        {
            Tls = Filled(keys, "tls_server_config") is { } tls ? new TlsSection(_yaml, directory).Read(tls) : null,
            Http2 = http is null || !http.TryGetValue("http2", out var http2) || _yaml.Boolean(http2),
            Headers = http is not null && Filled(http, "headers") is { } headers ? ReadHeaders(headers) : [],
            Users = Filled(keys, "basic_auth_users") is { } users ? ReadUsers(users) : WebConfig.None.Users,
            RateLimit = Section(keys, "rate_limit", "interval", "burst") is { } limit ? ReadRateLimit(limit, keys["rate_limit"]) : null,
        };
    }

    private static YamlNode? Filled(Dictionary<string, YamlNode> keys, string key) =>
        keys.TryGetValue(key, out var node) && !YamlFile.IsEmpty(node) && node is not YamlMappingNode { Children.Count: 0 } ? node : null;

    private Dictionary<string, YamlNode>? Section(Dictionary<string, YamlNode> keys, string key, params string[] known) =>
        Filled(keys, key) is { } node ? _yaml.Keys(node, known) : null;

    private ImmutableArray<(string, string)> ReadHeaders(YamlNode node) =>
    [
        .. from header in _yaml.Keys(node, [.. Headers.Keys])
           where !YamlFile.IsEmpty(header.Value)
           select (header.Key, ReadHeader(header.Key, header.Value)),
    ];

    private string ReadHeader(string name, YamlNode node)
    {
        var value = _yaml.Text(node);
        return Headers[name] is { Length: > 0 } values && !values.Contains(value) ? throw _yaml.Refuse(node, $"{name} is one of: {string.Join(", ", values)}")
            : value.All(c => c is >= ' ' and < '\x7f') ? value
            : throw _yaml.Refuse(node, $"{name}: a header is printable ASCII");
    }

    private ImmutableDictionary<string, string> ReadUsers(YamlNode node)
    {
        var users = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (user, hash) in _yaml.Mapping(node, "expected users, each with a bcrypt hash").Children)
        {
            users[ReadUser(user)] = ReadHash(hash);
        }

        return users.ToImmutable();
    }

    private string ReadUser(YamlNode node) =>
        BasicCredentials.IsUser(_yaml.Text(node)) ? _yaml.Text(node) : throw _yaml.Refuse(node, "a user's name has no colon and no control characters");

    private string ReadHash(YamlNode node) =>
        PasswordHash.Trouble(_yaml.Text(node)) is { } trouble ? throw _yaml.Refuse(node, trouble) : _yaml.Text(node);

    private RateLimit? ReadRateLimit(Dictionary<string, YamlNode> keys, YamlNode section)
    {
        var interval = keys.TryGetValue("interval", out var node)
            ? GoDuration.Parse(_yaml.Text(node)) ?? throw _yaml.Refuse(node, $"'{_yaml.Text(node)}' is no duration (500ms, 1s, 1m30s)")
            : TimeSpan.Zero;
        if (interval == TimeSpan.Zero)
        {
            return null;
        }

        return keys.TryGetValue("burst", out var burst) && int.TryParse(_yaml.Text(burst), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? new RateLimit(interval, count)
            : throw _yaml.Refuse(burst ?? section, "burst is a number of requests, 1 or more; with less no request would be answered");
    }
}
