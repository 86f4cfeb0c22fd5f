using System.Collections.Immutable;

namespace Passthru.Findings.Values;

/// <summary>VMs, programs and parts of the host that stand on functions.</summary>
/// <param name="Names">As a sentence has them: <c>VM 110</c>, <c>the host's swap</c>.</param>
/// <param name="Unseen">What may be there and this program cannot see: <c>whatever uses its disk nvme1n1</c>.</param>
/// <param name="AllComplete">There is nothing beyond these two.</param>
internal readonly record struct Impact(ImmutableArray<string> Names, ImmutableArray<string> Unseen, bool AllComplete);
