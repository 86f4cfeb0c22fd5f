using System.Collections.Immutable;
using Passthru.Findings.Ownership;

namespace Passthru.Exporter.Configuration;

/// <summary>What the configuration file says.</summary>
internal sealed record Settings
{
    public static readonly Settings None = new();

    public ConfiguredExpectations ConfiguredExpectations { get; init; } = ConfiguredExpectations.None;

    /// <summary>More systemd services to tell of; <c>@*</c> matches instances.</summary>
    public ImmutableArray<string> Units { get; init; } = [];

    /// <summary>Flags by name without dashes, each with its values.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Flags { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;
}

/// <summary>A configuration that can't be used: file, line, column, and what is wrong there.</summary>
internal sealed class SettingsException(string message) : Exception(message);
