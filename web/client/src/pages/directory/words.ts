import { dictionary } from "@/i18n";

export const t = dictionary(
  {
    title: "Danh mục", sites: "Điểm cầu", units: "Đơn vị", tabs: "Phần của danh mục", find: "Tìm (gõ không dấu cũng được)", day: "Tại ngày", day_hint: "Để trống là hôm nay", show: "Xem", count: "{n} điểm cầu, ngày {day}",
    import: "Nhập từ CSV", choose: "Tệp CSV danh mục điểm cầu", choose_hint: "UTF-8, tối đa 2 MB. Cột: code, name, level, valid_from; tùy chọn parent, valid_to, ma_dvhc, receive_only.", code: "Mã", name: "Tên", from: "Từ ngày", until: "Đến ngày", none: "Không có kết quả nào", none_text: "Hãy thử ngày khác hoặc từ khác.",
    edit: "Sửa", open: "Thể thức văn bản", history: "Các tên đã dùng", apply_from: "Áp dụng từ ngày", apply_hint: "Cuộc họp trước ngày này giữ tên cũ. Chọn ngày bắt đầu của tên hiện tại để sửa chính tả.", parent: "Mã cấp trên", receive_only: "Chỉ nhận hình và tiếng", organ_code: "Mã định danh cơ quan", save: "Lưu", saved: "Đã lưu.",
    pass: "Chuyển cho đơn vị kế thừa", pass_text: "Điểm cầu giữ nguyên mã nội bộ, máy đã ghép và lịch sử.", successor: "Đơn vị kế thừa", new_name: "Tên mới", new_code: "Mã mới", superior: "Cơ quan chủ quản", issuing: "Cơ quan ban hành", group: "Ký hiệu", place: "Địa danh", signatories: "Người ký (mỗi dòng: chức vụ; họ tên)",
    no_letterhead: "Chưa nhập. Biên bản dùng tên đơn vị viết hoa.", before: "Đã nhập", loading: "Đang tải…", find_unit: "Tìm đơn vị",
    rename: "Tên và thứ bậc", rank: "Thứ bậc", rank_hint: "Số nhỏ hơn đứng cao hơn: 10 cấp tỉnh, 20 cấp huyện, 30 cấp xã. Đơn vị cao hơn được lấy giờ khi họp khẩn.", since: "từ {day}", from_start: "từ đầu",
    unit_ends: "Đơn vị kết thúc, có đơn vị kế thừa", unit_ends_text: "Từ ngày áp dụng, các điểm cầu của đơn vị thuộc về đơn vị kế thừa, giữ nguyên tên và máy đã ghép. Không hoàn tác được. Người dùng được chuyển ở trang Tài khoản.", unit_end: "Kết thúc đơn vị",
  },
  {
    title: "Directory", sites: "Sites", units: "Units", tabs: "Parts of the directory", find: "Find (accents do not matter)", day: "On the day", day_hint: "Empty means today", show: "Show", count: "{n} sites on {day}",
    import: "Import CSV", choose: "CSV file with sites", choose_hint: "UTF-8, at most 2 MB. Columns: code, name, level, valid_from; optional parent, valid_to, ma_dvhc, receive_only.", code: "Code", name: "Name", from: "From", until: "Until", none: "Nothing found", none_text: "Try another day or other words.",
    edit: "Edit", open: "Letterhead", history: "Names it had", apply_from: "Holds from", apply_hint: "Meetings before that day keep the old name. Choose the day on which the present name began to correct it.", parent: "Parent's code", receive_only: "Receives only", organ_code: "Organ code", save: "Save", saved: "Saved.",
    pass: "Pass to a successor", pass_text: "The site keeps its internal id, its devices and its history.", successor: "Successor unit", new_name: "New name", new_code: "New code", superior: "Superior organ", issuing: "Issuing organ", group: "Code group", place: "Place", signatories: "Signatories (one per line: title; name)",
    no_letterhead: "None yet. Minutes use the unit's name in capitals.", before: "Entered", loading: "Loading…", find_unit: "Find a unit",
    rename: "Name and rank", rank: "Rank", rank_hint: "A smaller number stands higher: 10 province, 20 district, 30 commune. A higher unit may take the time for an urgent meeting.", since: "from {day}", from_start: "from the start",
    unit_ends: "The unit ends and another follows it", unit_ends_text: "From that day the unit's sites belong to its successor, with their names and devices. This cannot be undone. People are moved on the Accounts page.", unit_end: "End the unit",
  },
);

export interface Site {
  site: string;
  code: string;
  name: string;
  parent: string;
  unit: string;
  organ_code: string;
  receive_only: boolean;
  valid_from: string;
  valid_to: string;
}
export interface Unit {
  unit: string;
  code: string;
  name: string;
  rank: number;
}
/** `valid_from` is empty for what held before anything was entered. */
export interface UnitPeriod {
  valid_from: string;
  name: string;
  rank: number;
  successor: string;
}
export interface Letterhead {
  valid_from: string;
  superior_line: string;
  issuing_line: string;
  code_group: string;
  place: string;
  signatories: { title: string; name: string }[];
}
/** `2025-07-01` as people write it. */
export const plainDay = (iso: string) => iso.split("-").reverse().join("/");
