using Passthru.Facts.Pci;
using Passthru.Facts.Reading;
using Passthru.Facts.Reading.Supervision;
using Passthru.Facts.Reading.Trees;
using Passthru.Tests.Support;

namespace Passthru.Tests.Facts.Pci;

/// <summary>What a function offers to VMs in parts.</summary>
public sealed class MediatedSupportTests
{
    private const string Directory = "sys/bus/pci/devices/0000:01:00.0";

    [Fact]
    public void Types_of_mediated_devices_are_counted()
    {
        var files = new FakeTree()
            .With($"{Directory}/mdev_supported_types/nvidia-63/available_instances", "2\n")
            .WithDirectory($"{Directory}/mdev_supported_types/nvidia-63/devices/c0ffee00-1111-2222-3333-444455556666")
            .With($"{Directory}/mdev_supported_types/nvidia-64/available_instances", "0\n");

        var support = Read(files, isAwake: true)!;

        Assert.Equal((MediatedKind.Devices, 2, 1), (support.Kind, support.Named("nvidia-63")!.Available, support.Named("nvidia-63")!.Instances));
        Assert.Equal((0, null), (support.Named("nvidia-64")!.Available, support.Named("nvidia-64")!.Instances));
        Assert.Null(Read(files, isAwake: false)!.Named("nvidia-63")!.Available);
    }

    [Fact]
    public void A_virtual_function_of_NVIDIA_serves_one_VM()
    {
        var files = new FakeTree()
            .With($"{Directory}/nvidia/current_vgpu_type", "0\n")
            .With($"{Directory}/nvidia/creatable_vgpu_types", "ID    : vGPU Name\n1414  : NVIDIA L40S-4Q\n1415  : NVIDIA L40S-8Q\n");

        var support = Read(files, isAwake: true)!;

        Assert.Equal((MediatedKind.WholeFunction, 0), (support.Kind, support.CurrentType));
        Assert.Equal(["nvidia-1414", "nvidia-1415"], support.Types.Select(type => type.Name));
    }

    [Fact]
    public void Without_either_there_is_nothing_and_a_refusal_is_no_answer()
    {
        Assert.Equal(MediatedKind.None, Read(new FakeTree().WithDirectory(Directory), isAwake: true)!.Kind);
        Assert.Null(Read(new FakeTree().Refusing($"{Directory}/mdev_supported_types", Errno.AccessDenied), isAwake: true));
    }

    private static MediatedSupport? Read(FakeTree files, bool isAwake) => new HostReader(files, ReadAttempt.Unlimited).In(Directory, device => MediatedSupport.Read(device, isAwake));
}
