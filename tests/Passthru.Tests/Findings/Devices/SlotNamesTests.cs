using Passthru.Facts.Pci;
using Passthru.Facts.Platform;
using Passthru.Findings;
using Passthru.Tests.Support;

namespace Passthru.Tests.Findings.Devices;

public sealed class SlotNamesTests
{
    private static readonly PciFunction Port = Some.Function("0000:00:01.0") with { Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:01.0"), HeaderType = 1 };

    [Theory]
    [InlineData("0000:01:00.0", null, null, "PCIEX16_1")]
    [InlineData("0000:00:01.0", null, null, "PCIEX16_1")]
    [InlineData("0000:00:01.0", "Onboard GPU", "7", "PCIEX16_1")]
    [InlineData("0000:00:01.1", "Onboard GPU", "7", "Onboard GPU")]
    [InlineData("0000:00:01.1", null, "7", "7")]
    [InlineData("0000:00:01.1", null, null, null)]
    public void The_board_comes_before_the_firmware_and_the_firmware_before_the_kernel(string board, string? label, string? kernel, string? slot)
    {
        var audio = Some.Function("0000:01:00.1") with { Label = label, Slot = kernel };
        var facts = Some.Facts(Port, audio) with
        {
            Platform = new PlatformFacts { Board = new BoardFacts(), Slots = [new PhysicalSlot("PCIEX16_1", Some.Address(board))] },
        };

        Assert.Equal(slot, Diagnosis.Assess(facts).Devices!.Value.Single().PhysicalSlot);
    }

    [Fact]
    public void What_is_behind_a_switch_on_the_card_is_in_the_slot_of_the_card()
    {
        var card = Some.Function("0000:02:00.0") with { HeaderType = 1, Slot = "4", Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:01.0/0000:02:00.0") };
        var behind = Some.Function("0000:04:00.0") with { Path = PciPath.FromLink("../../../devices/pci0000:00/0000:00:01.0/0000:02:00.0/0000:03:00.0/0000:04:00.0") };

        Assert.Equal("4", Diagnosis.Assess(Some.Facts(Port, card, behind)).Devices!.Value.Single().PhysicalSlot);
    }
}
