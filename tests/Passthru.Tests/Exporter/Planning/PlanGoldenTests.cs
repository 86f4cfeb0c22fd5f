using System.Collections.Immutable;
using Passthru.Exporter.Planning;
using Passthru.Findings;
using Passthru.Findings.Plans;
using Passthru.Tests.Hosts;
using Passthru.Tests.Support;

namespace Passthru.Tests.Exporter.Planning;

/// <summary>A plan for a host of each boot loader, maker of images and VM manager, as they were read by a person once.</summary>
public sealed class PlanGoldenTests
{
    public static TheoryData<string> Names => [.. PlanHosts.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_plan_is_the_one_that_was_read(string name) => Golden.Check($"tests/plans/{name}.txt", PlanText.Render(PlanFor(name), colour: false));

    [Theory]
    [InlineData("proxmox-home-lab")]
    [InlineData("libvirt-name-with-blanks")]
    public void The_page_for_a_ticket_is_the_one_that_was_read(string name) => Golden.Check($"tests/plans/{name}.md", PlanMarkdown.Render(PlanFor(name)));

    /// <summary>Whatever the host says, each line of a plan is one line, and no terminal takes it for more.</summary>
    [Theory, MemberData(nameof(Names))]
    public void A_plan_has_no_letters_that_do_something(string name) =>
        Assert.DoesNotContain(PlanText.Render(PlanFor(name), colour: false), letter => char.IsControl(letter) && letter != '\n');

    internal static Plan PlanFor(string name)
    {
        var asked = PlanHosts.All[name];
        var facts = Read.Facts(TreeFiles.Of(asked.Build()));
        var functions = asked.Devices.SelectMany(word => DeviceSelection.Find(facts, word)).Distinct().ToImmutableArray();
        Assert.NotEmpty(functions);
        var report = Diagnosis.Assess(facts);
        return asked.Undo ? Planner.TakeBack(facts, report, functions) : Planner.Give(facts, report, functions, asked.Vm);
    }
}
