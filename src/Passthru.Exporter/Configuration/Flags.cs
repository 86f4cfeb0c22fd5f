using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Passthru.Exporter.Text;
using Passthru.Facts.Reading;

namespace Passthru.Exporter.Configuration;

/// <summary>
/// Every flag, once. One that is not given takes what <see cref="FlagDefaults"/> finds, else what stands here.
/// </summary>
internal static class Flags
{
    public static readonly Option<string> RootFs = Text("--path.rootfs", "DIR", "Root of the host to look at: a directory, or a capture (.tar, .tar.gz).", "/");
    public static readonly Option<string?> SysFs = OptionalText("--path.sysfs", "DIR", "Where the host's sysfs is, when not in the root.");
    public static readonly Option<string?> ProcFs = OptionalText("--path.procfs", "DIR", "Where the host's procfs is, when not in the root.");
    public static readonly Option<string?> ConfigFile = OptionalText(
        "--config.file", "FILE", $"Configuration (YAML): who should have which device; when not given, {SettingsSource.DefaultFile} below the root, if it is there.");
    public static readonly Option<string?> BaselineFile = OptionalText(
        "--baseline.file", "FILE", $"The accepted topology; when not given, {Facts.Baseline.BaselineFile.DefaultPath} below the root.");
    public static readonly Option<bool> PciAll = Switch("--collector.pci.all", "Per-device families for every endpoint, not only for those that can be passed through.");
    public static readonly Option<string?> BusAddress = OptionalText(
        "--collector.systemd.bus-address", "ADDRESS", "D-Bus address to ask systemd at (unix:path=/host/run/dbus/system_bus_socket); needed where the root is not /.");
    public static readonly Option<LogLevel> Level = Choice("--log.level", "Least level to log: debug, info, warn, error.", LogLevel.Info);
    public static readonly Option<LogFormat> Format = Choice("--log.format", "Format of the log: logfmt, json.", LogFormat.Logfmt);
    public static readonly Option<string[]> Listen = new("--web.listen-address")
    {
        HelpName = "ADDRESS",
        Description = "Address to listen on, HOST:PORT, :PORT or unix:/path; repeatable.",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => FlagDefaults.ListOf("--web.listen-address") ?? [$":{DefaultPort}"],
    };

    public static readonly Option<bool> SystemdSocket = Switch("--web.systemd-socket", "Do not start without sockets from systemd; where it hands some over they are what is listened on.");
    public static readonly Option<string?> WebConfigFile = OptionalText(
        "--web.config.file", "FILE", "TLS, client certificates, passwords, headers and a rate limit, in the format of Prometheus' exporter-toolkit.");
    public static readonly Option<string> TelemetryPath = Text("--web.telemetry-path", "PATH", "Path under which to serve metrics.", "/metrics");
    public static readonly Option<double> Timeout = new("--scrape.timeout")
    {
        HelpName = "SECONDS",
        Description = "Give a read of the host up after this time and answer 503; a scraper that announces less is believed.",
        DefaultValueFactory = argument => Parsed(argument, "--scrape.timeout", 10.0, AsSeconds),
        CustomParser = argument => AsSeconds(argument.Tokens[0].Value) ?? Refuse<double>(argument, "--scrape.timeout", argument.Tokens[0].Value),
    };

    public static readonly Option<string?> Output = OptionalText("--output", "FILE", "Write to this file, at once and as a whole, instead of stdout.", fromEnvironment: false);

    public static readonly Option<ReportFormat> ReportFormat = Choice("--format", "What to print: text, json.", Configuration.ReportFormat.Text);
    public static readonly Option<bool> Quiet = new("--quiet") { Description = "The first line alone, for Nagios and Icinga, whose exit codes these are." };
    public static readonly Option<string?> Vm = OptionalText("--vm", "VM", "Only what concerns this VM: VMID, domain name or name.", fromEnvironment: false);
    public static readonly Option<string?> Device = OptionalText("--device", "ADDRESS", "Only what concerns this function, or all of a slot (03:00).", fromEnvironment: false);
    public static readonly Option<bool> Ready = new("--ready") { Description = "The checklist before a VM with host devices is called ready: exit 0 all pass, 1 something is unknown, 2 something fails." };
    public static readonly Option<bool> RedactVmNames = Switch("--redact.vm-names", "Give VMs other names (vm-1, vm-2, ...), everywhere in the capture; VMIDs stay.");
    public static readonly Option<TopologyFormat> TopologyFormat = Choice("--format", "What to print: text, json, markdown.", Configuration.TopologyFormat.Text);
    public static readonly Option<PlanFormat> PlanFormat = Choice("--format", "What to print: text, markdown.", Configuration.PlanFormat.Text);
    public static readonly Option<string?> PlanVm = OptionalText("--vm", "VM", "The VM that is to have the device: VMID, domain name or name.", fromEnvironment: false);
    public static readonly Option<bool> Undo = Switch("--undo", "The way back: what gives the device to the host again, from what is there now.");

    public static readonly (Collector Collector, Option<bool> On, Option<bool> Off)[] PerCollector =
    [
        .. Collectors.All.Select(collector => (
            collector,
            Switch($"--collector.{Collectors.NameOf(collector)}", $"Run the collector {Collectors.NameOf(collector)} (as it does by default)."),
            Switch($"--no-collector.{Collectors.NameOf(collector)}", $"Do not run the collector {Collectors.NameOf(collector)}."))),
    ];

    public static readonly IReadOnlyList<Option> Everywhere =
        [RootFs, SysFs, ProcFs, ConfigFile, BaselineFile, PciAll, BusAddress, .. PerCollector.SelectMany(flags => new Option[] { flags.On, flags.Off }), Level, Format];

    public static readonly IReadOnlyList<Option> OfServe = [Listen, SystemdSocket, WebConfigFile, TelemetryPath, Timeout];

    /// <summary>Flags that the configuration file may set: all that do not say where to look for it.</summary>
    public static IEnumerable<string> InFile =>
        Everywhere.Concat(OfServe).Except([RootFs, SysFs, ProcFs, ConfigFile]).Select(flag => flag.Name.TrimStart('-'));

    /// <summary>Not yet registered: the range that exporters used, 9100 to 9999, is full.</summary>
    private const int DefaultPort = 10068;

    private static Option<string> Text(string name, string value, string description, string fallback) => new(name)
    {
        HelpName = value,
        Description = description,
        DefaultValueFactory = _ => FlagDefaults.Find(name)?.Text ?? fallback,
    };

    private static Option<string?> OptionalText(string name, string value, string description, bool fromEnvironment = true) => new(name)
    {
        HelpName = value,
        Description = description,
        DefaultValueFactory = _ => fromEnvironment ? FlagDefaults.Find(name)?.Text : null,
    };

    private static Option<bool> Switch(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = argument => Parsed(argument, name, false, AsBool),
    };

    private static double? AsSeconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : null;

    private static bool? AsBool(string text) => text switch
    {
        "1" or "true" => true,
        "0" or "false" => false,
        _ => null,
    };

    private static Option<T> Choice<T>(string name, string description, T fallback)
        where T : struct, Enum
    {
        static T? AsChoice(string text) => Enum.TryParse<T>(text, ignoreCase: true, out var value) && !char.IsAsciiDigit(text[0]) ? value : null;
        return new Option<T>(name)
        {
            HelpName = "WORD",
            Description = description,
            DefaultValueFactory = argument => Parsed(argument, name, fallback, AsChoice, Known<T>()),
            CustomParser = argument => AsChoice(argument.Tokens[0].Value) is { } value ? value : Refuse<T>(argument, name, argument.Tokens[0].Value, Known<T>()),
        };
    }

    /// <summary><c>debug, info, warn, error</c>.</summary>
    private static string Known<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant();

    private static T Parsed<T>(ArgumentResult argument, string name, T fallback, Func<string, T?> parse, string known = "")
        where T : struct
    {
        return FlagDefaults.Find(name) is { } found ? parse(found.Text) ?? Refuse<T>(argument, found.Origin, found.Text, known) : fallback;
    }

    private static T Refuse<T>(ArgumentResult argument, string name, string value, string known = "")
        where T : struct
    {
        argument.AddError($"{name}: '{value}' is not one of its values{(known.Length > 0 ? $": {known}" : "")}");
        return default;
    }
}
