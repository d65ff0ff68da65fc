import { dictionary } from "@/i18n";

export const t = dictionary(
  {
    title: "Tài khoản", lead: "Người của đơn vị, vai trò của họ và phiếu kích hoạt.", closed: "Trang dành cho người quản trị", closed_text: "Hãy liên hệ người quản trị của đơn vị.",
    add: "Thêm người", import: "Nhập từ CSV", print: "In phiếu kích hoạt", print_text: "Cấp mã dùng một lần cho {n} người chưa kích hoạt và tải về tệp PDF để in. Mã đã cấp trước đây cho những người này hết dùng được.", print_one: "In phiếu mới",
    printed: "Đã tạo phiếu. Hãy in rồi xóa tệp.", find: "Tìm tên, chức vụ, tên đăng nhập", unit: "Đơn vị", all_units: "Mọi đơn vị", state: "Tình trạng", any: "Tất cả", waiting: "Chưa kích hoạt", active: "Đang dùng", stopped: "Đã ngừng",
    name: "Họ tên", position: "Chức vụ", login: "Tên đăng nhập", login_hint: "Chữ không dấu, chữ số và . _ @ -", roles: "Vai trò", none: "Không có ai phù hợp", none_text: "Hãy thử từ khác hoặc thêm người.", count: "{n} người",
    administrator: "Quản trị hệ thống", unit_administrator: "Quản trị đơn vị", secretary: "Thư ký", technician: "Kỹ thuật", records_clerk: "Văn thư", unit_head: "Thủ trưởng đơn vị", no_role: "Đại biểu",
    save: "Lưu", give: "Thêm và cấp mã", edit: "Sửa", saved: "Đã lưu.", lost: "Bỏ vai trò có hiệu lực ngay: người này rời các phòng họp đang vào bằng vai trò đó.", reset: "Cấp lại mã", reset_text: "Mật khẩu cũ hết dùng được và mọi phiên đăng nhập kết thúc.", stop: "Ngừng tài khoản",
    stop_text: "Người này rời mọi phòng họp ngay và không đăng nhập được nữa.", sessions: "Phiên đăng nhập", end: "Kết thúc", end_all: "Kết thúc mọi phiên", no_sessions: "Không có phiên nào đang mở.", this: "phiên này", since: "Đăng nhập lúc", used: "Dùng gần nhất", unknown: "Trình duyệt khác", later: "Để sau", do: "Việc",
    sheet: "Phiếu kích hoạt", sheet_code: "Mã dùng một lần", sheet_text: "Mã chỉ hiện lần này và có hiệu lực 14 ngày. Hãy giao tận tay.", mine: "Các phiên của tôi", mine_lead: "Những nơi tài khoản của quý vị đang đăng nhập. Hãy kết thúc phiên nào không nhận ra.",
    choose: "Tệp CSV danh sách người", choose_hint: "UTF-8, tối đa 2 MB. Cột: name, login; tùy chọn position, unit (mã đơn vị), roles (thư ký; văn thư; kỹ thuật; quản trị đơn vị; thủ trưởng đơn vị).",
   
  },
  {
    title: "Accounts", lead: "The unit's people, their roles and activation sheets.", closed: "For administrators", closed_text: "Ask your unit's administrator.",
    add: "Add a person", import: "Import CSV", print: "Print activation sheets", print_text: "Issues one-time codes for {n} people who are not activated and downloads a PDF to print. Codes issued to them before stop working.", print_one: "Print a new sheet",
    printed: "Sheets made. Print them and delete the file.", find: "Find a name, position or login", unit: "Unit", all_units: "All units", state: "State", any: "All", waiting: "Not activated", active: "In use", stopped: "Stopped",
    name: "Name", position: "Position", login: "Login name", login_hint: "Letters without accents, digits and . _ @ -", roles: "Roles", none: "Nobody fits", none_text: "Try other words, or add a person.", count: "{n} people",
    administrator: "Administrator", unit_administrator: "Unit administrator", secretary: "Secretary", technician: "Technician", records_clerk: "Records clerk", unit_head: "Head of the unit", no_role: "Delegate",
    save: "Save", give: "Add and issue a code", edit: "Edit", saved: "Saved.", lost: "Taking a role away works at once: the person leaves rooms entered by it.", reset: "New code", reset_text: "The old password stops working and all sessions end.", stop: "Stop account",
    stop_text: "The person leaves every room at once and can no longer sign in.", sessions: "Sessions", end: "End", end_all: "End all sessions", no_sessions: "No open sessions.", this: "this one", since: "Signed in", used: "Last used", unknown: "Another browser", later: "Later", do: "Actions",
    sheet: "Activation sheet", sheet_code: "One-time code", sheet_text: "Shown this once, holds for 14 days. Hand it over in person.", mine: "My sessions", mine_lead: "Where your account is signed in. End any that you do not recognise.",
    choose: "CSV file with people", choose_hint: "UTF-8, at most 2 MB. Columns: name, login; optional position, unit (its code), roles (secretary; records_clerk; technician; unit_administrator; unit_head).",
   
  },
);
