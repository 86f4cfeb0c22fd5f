namespace Passthru.Tests.Dashboards;

/// <summary>Times in Unix seconds, from one to another in steps; both ends count.</summary>
internal readonly record struct Moments(long From, long To, long Step)
{
    public IEnumerable<long> All
    {
        get
        {
            for (var time = From; time <= To; time += Step)
            {
                yield return time;
            }
        }
    }
}
