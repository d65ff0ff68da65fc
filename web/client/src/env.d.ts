/// <reference types="vite/client" />

declare const __BUILD__: string;
declare const __PDFJS_FILES__: string;
