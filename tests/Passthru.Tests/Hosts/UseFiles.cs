using System.Globalization;
using System.Text;

namespace Passthru.Tests.Hosts;

/// <summary>
/// What a host's own use of its devices looks like in files: mounts, block devices, interfaces, routes. The tables are written
/// with <see cref="Write"/>, once all is said.
/// </summary>
internal sealed class UseFiles(HostTree tree)
{
    private readonly StringBuilder _mounts = new();
    private readonly StringBuilder _swaps = new("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
    private readonly StringBuilder _routes = new("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n");
    private readonly StringBuilder _routes6 = new();
    private readonly StringBuilder _leaves = new();
    private readonly StringBuilder _apart = new();
    private readonly StringBuilder _addresses6 = new();
    private readonly StringBuilder _input = new();
    private readonly StringBuilder _memory = new();

    public HostTree Tree => tree;

    /// <summary>A disk below a device, with partitions 1 to <paramref name="partitions"/>, numbered from <paramref name="number"/>.</summary>
    public string Disk(string below, string name, string number, int partitions = 0)
    {
        var directory = Block($"{below}/block/{name}", name, number);
        Partitions(directory, name, number, partitions);
        return directory;
    }

    /// <summary>An NVMe disk has no directory <c>block</c> above it.</summary>
    public string Nvme(string controller, string name, string number, int partitions = 0)
    {
        var directory = Block($"{controller}/{name}", name, number);
        Partitions(directory, name, number, partitions);
        return directory;
    }

    /// <summary>A device of software on others, given by their directories.</summary>
    public string Volume(string name, string number, string? mapped = null, params IEnumerable<string> slaves)
    {
        var directory = Block($"sys/devices/virtual/block/{name}", name, number);
        if (mapped is not null)
        {
            tree.Line($"{directory}/dm/name", mapped);
        }
        foreach (var slave in slaves)
        {
            tree.Link($"{directory}/slaves/{Path.GetFileName(slave)}", slave);
        }
        return directory;
    }

    public UseFiles Mount(string point, string number, string type, string source, string options = "rw") => MountPart("/", point, number, type, source, options);

    /// <summary>A part of a file system, as a bind mount has it.</summary>
    public UseFiles MountPart(string root, string point, string number, string type, string source, string options = "rw")
    {
        _mounts.Append(CultureInfo.InvariantCulture, $"{27 + _mounts.Length} 1 {number} {root} {point} rw,relatime shared:1 - {type} {source} {options}\n");
        return this;
    }

    public UseFiles Swap(string name, string type = "partition")
    {
        _swaps.Append(CultureInfo.InvariantCulture, $"{name}\t{type}\t8388604\t0\t-2\n");
        return this;
    }

    /// <summary>An interface of hardware, by the directory of its device, or of software when that is null.</summary>
    public UseFiles Interface(string name, string? device = null, params IEnumerable<string> lower)
    {
        var directory = InterfaceAt(name, device);
        foreach (var below in lower)
        {
            tree.Link($"{directory}/lower_{below}", InterfacePath(below)).Link($"{InterfacePath(below)}/upper_{name}", directory);
        }
        return this;
    }

    /// <summary>An address with its network on an interface, and perhaps the way out through it.</summary>
    public UseFiles Address(string name, string address, int length, string? gateway = null)
    {
        _leaves.Append(CultureInfo.InvariantCulture, $"           |-- {address}\n              /32 host LOCAL\n");
        if (length < 32)
        {
            Route(name, Network(address, length), length, null);
        }
        if (gateway is not null)
        {
            Route(name, "0.0.0.0", 0, gateway);
        }
        return this;
    }

    /// <summary>An address in a table of its own, as a VRF has it.</summary>
    public UseFiles TableApart(int table, string address)
    {
        _apart.Append(CultureInfo.InvariantCulture, $"Id {table}:\n  +-- 0.0.0.0/0 3 0 5\n     |-- {address}\n        /32 host LOCAL\n");
        return this;
    }

    public UseFiles Route(string name, string network, int length, string? gateway, int metric = 0)
    {
        var mask = length == 0 ? 0 : uint.MaxValue << (32 - length);
        var flags = gateway is null ? 1 : 3;
        _routes.Append(
            CultureInfo.InvariantCulture,
            $"{name}\t{Little(Number(network)):X8}\t{Little(Number(gateway ?? "0.0.0.0")):X8}\t{flags:X4}\t0\t0\t{metric}\t{Little(mask):X8}\t0\t0\t0\n");
        return this;
    }

    /// <summary>IPv6 in 32 hex digits.</summary>
    public UseFiles Address6(string name, string address, bool linkLocal = false, string? gateway = null)
    {
        _addresses6.Append(CultureInfo.InvariantCulture, $"{address} 02 40 {(linkLocal ? "20" : "00")} 80 {name,8}\n");
        if (gateway is not null)
        {
            var zeros = new string('0', 32);
            _routes6.Append(CultureInfo.InvariantCulture, $"{zeros} 00 {zeros} 00 {gateway} 00000400 00000001 00000000 00000003 {name,8}\n");
        }
        return this;
    }

    public UseFiles Input(string path, bool keyboard = true, string bus = "0003")
    {
        _input.Append(CultureInfo.InvariantCulture, $"I: Bus={bus} Vendor=046d Product=c31c Version=0110\nN: Name=\"Input\"\n");
        _input.Append(CultureInfo.InvariantCulture, $"P: Phys=usb-0000:00:14.0-3/input0\nS: Sysfs=/{path["sys/".Length..]}\nU: Uniq=00:11:22:33:44:55\n");
        _input.Append(keyboard ? "H: Handlers=sysrq kbd event2 leds\nB: EV=120013\nB: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe\n\n"
            : "H: Handlers=kbd event0\nB: EV=3\nB: KEY=10000000000000 0\n\n");
        return this;
    }

    /// <summary>A line of iomem as root sees it, or, without root, with zeros.</summary>
    public UseFiles Memory(int depth, string name, bool hidden = false)
    {
        _memory.Append(' ', 2 * depth).Append(hidden ? "00000000-00000000 : " : "c0000000-c1ffffff : ").Append(name).Append('\n');
        return this;
    }

    public void Write()
    {
        tree.Text("proc/1/mountinfo", _mounts.ToString())
            .Text("proc/swaps", _swaps.ToString())
            .Text("proc/1/net/route", _routes.ToString())
            .Text("proc/1/net/ipv6_route", _routes6.ToString())
            .Text("proc/1/net/if_inet6", _addresses6.ToString())
            .Text("proc/1/net/fib_trie", $"Main:\n  +-- 0.0.0.0/0 3 0 5\n{_leaves}Local:\n  +-- 0.0.0.0/0 3 0 5\n           |-- 127.0.0.1\n              /32 host LOCAL\n{_leaves}{_apart}")
            .Text("proc/bus/input/devices", _input.ToString())
            .Text("proc/iomem", _memory.ToString())
            .Line("proc/2/comm", "kthreadd");
    }

    private string Block(string directory, string name, string number)
    {
        tree.Line($"{directory}/dev", number)
            .Directory($"{directory}/slaves")
            .Link($"sys/dev/block/{number}", directory)
            .Link($"sys/class/block/{name}", directory);
        return directory;
    }

    private void Partitions(string disk, string name, string number, int count)
    {
        var (major, minor) = (number.Split(':')[0], int.Parse(number.Split(':')[1], CultureInfo.InvariantCulture));
        for (var i = 1; i <= count; i++)
        {
            var partition = char.IsAsciiDigit(name[^1]) ? $"{name}p{i}" : $"{name}{i}";
            var at = $"{disk}/{partition}";
            tree.Line($"{at}/dev", $"{major}:{minor + i}").Line($"{at}/partition", $"{i}")
                .Link($"sys/dev/block/{major}:{minor + i}", at)
                .Link($"sys/class/block/{partition}", at);
        }
    }

    private string InterfaceAt(string name, string? device)
    {
        var directory = device is null ? $"sys/devices/virtual/net/{name}" : $"{device}/net/{name}";
        tree.Line($"{directory}/operstate", "up").Link($"sys/class/net/{name}", directory);
        return directory;
    }

    private string InterfacePath(string name) =>
        Path.GetFullPath($"/sys/class/net/{tree.Links[$"sys/class/net/{name}"]}")[1..];

    private static uint Number(string address) =>
        address.Split('.').Aggregate(0u, (number, part) => (number << 8) | uint.Parse(part, CultureInfo.InvariantCulture));

    private static string Network(string address, int length)
    {
        var network = Number(address) & (uint.MaxValue << (32 - length));
        return $"{network >> 24}.{(network >> 16) & 255}.{(network >> 8) & 255}.{network & 255}";
    }

    private static uint Little(uint number) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(number);
}
