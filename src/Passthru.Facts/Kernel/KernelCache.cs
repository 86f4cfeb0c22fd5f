using System.Collections.Immutable;

namespace Passthru.Facts.Kernel;

/// <summary>What one read leaves for the next: long files whose answer is good until the next boot.</summary>
/// <param name="CarriesAcsOverride">Of <c>/proc/kallsyms</c>.</param>
/// <param name="BuiltIn">Of <c>modules.builtin</c>.</param>
public sealed record KernelCache(bool? CarriesAcsOverride, ImmutableHashSet<string>? BuiltIn)
{
    public static readonly KernelCache Empty = new(null, null);

    public static KernelCache From(KernelFacts facts) => new(facts.CarriesAcsOverride, facts.Modules?.BuiltIn);
}
